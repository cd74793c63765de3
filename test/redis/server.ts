import { randomUUID } from 'node:crypto';

/** The Redis that the tests use, each under a prefix of its own. */
const SERVER = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** A place of its own on the real Redis. */
export function redisUrl(): string {
  const url = new URL(SERVER);
  url.searchParams.set('prefix', `kanon-test-${randomUUID()}:`);
  return url.href;
}
