import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openRedis, type Redis, RedisUnavailable } from '../../src/redis/redis.ts';
import { RedisScript } from '../../src/redis/script.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Proxy } from '../ledger/proxy.ts';
import { redisUrl } from './server.ts';

const log = createLog('silent');
const PATIENT = { timeout: 20_000, interval: 20 };

/** The same place by another user, database, host or port. */
function changed(change: (url: URL) => void): string {
  const url = new URL(redisUrl());
  change(url);
  return url.href;
}

describe('the shared Redis', () => {
  let redis: Redis;
  let url: string;

  beforeEach(async () => {
    url = redisUrl();
    redis = await openRedis(url, log);
  });

  afterEach(() => redis.close());

  test('keeps a value as long as it is told', async () => {
    await redis.set('a', 'Käse', 60_000);
    await redis.set('b', 'short', 30);
    expect(await redis.get('a')).toBe('Käse');
    await vi.waitFor(async () => expect(await redis.get('b')).toBeNull(), PATIENT);
    await redis.delete('a');
    expect(await redis.get('a')).toBeNull();
  });

  test('gives a key to the first of two', async () => {
    const other = await openRedis(url, log);
    const won = await Promise.all([redis.setIfAbsent('claim', '1', 60_000), other.setIfAbsent('claim', '2', 60_000)]);
    expect(won.toSorted()).toEqual([false, true]);
    other.close();
  });

  test('runs a script that Redis has never seen, and one that it has', async () => {
    const script = new RedisScript(`-- ${randomUUID()}\nreturn { redis.call('incrby', KEYS[1], ARGV[1]), 'done' }`);
    expect(await redis.run(script, ['count'], ['2'])).toEqual([2, 'done']);
    expect(await redis.run(script, ['count'], ['3'])).toEqual([5, 'done']);
    expect(await redis.get('count')).toBe('5');
  });

  test('says what is wrong with a script, and stays up', async () => {
    await expect(redis.run(new RedisScript("return redis.call('nonsense')"), [], [])).rejects.toThrow(RedisUnavailable);
    expect(redis.isUp).toBe(true);
  });

  test('is apart from another prefix and another database', async () => {
    const others = [await openRedis(redisUrl(), log), await openRedis(Object.assign(new URL(url), { pathname: '/7' }).href, log)];
    await redis.set('a', 'mine', 60_000);
    for (const other of others) {
      expect(other.isUp).toBe(true);
      expect(await other.get('a')).toBeNull();
      other.close();
    }
  });

  test('lets nobody use it after the end', async () => {
    redis.close();
    await expect(redis.get('a')).rejects.toThrow(RedisUnavailable);
  });
});

describe.each(['cut', 'stall'] as const)('a way to Redis that is %s', (how) => {
  test('costs one deadline and then nothing, and tells when it is mended', async () => {
    const { proxy, url } = await Proxy.to(redisUrl());
    const redis = await openRedis(url, log);
    const up = vi.fn<() => void>();
    redis.onUp(up);
    await redis.set('a', 'there', 60_000);
    proxy[how]();
    const began = performance.now();
    // All at once, and one after the other: nothing is queued for later.
    const many = await Promise.allSettled(Array.from({ length: 100 }, () => redis.get('a')));
    for (let i = 0; i < 100; i++) await expect(redis.get('a')).rejects.toThrow(RedisUnavailable);
    expect(many.every(({ status }) => status === 'rejected')).toBe(true);
    // Any deadline of a connection is longer.
    expect(performance.now() - began).toBeLessThan(900);
    expect(redis.isUp).toBe(false);
    proxy.mend();
    await vi.waitFor(() => expect(up).toHaveBeenCalledTimes(1), PATIENT);
    expect(await redis.get('a')).toBe('there');
    redis.close();
    await proxy.close();
  });
});

test('one that is slow is down until it is not, and is told of once', async () => {
  const { proxy, url } = await Proxy.to(redisUrl());
  const told: string[] = [];
  const redis = await openRedis(url, pino({ level: 'info' }, { write: (line) => told.push(line) }));
  proxy.slow(150);
  for (const end = performance.now() + 1_500; performance.now() < end; await sleep(50)) await redis.get('a').catch(() => undefined);
  expect(redis.isUp).toBe(false);
  expect(told).toEqual([expect.stringContaining('Redis is out of reach')]);
  proxy.mend();
  await vi.waitFor(() => expect(redis.isUp).toBe(true), PATIENT);
  expect(told).toHaveLength(2);
  redis.close();
  await proxy.close();
});

test('one that has become a replica is left for whoever is behind its name by then', async () => {
  let connections = 0;
  const server = createTcpServer((socket) => {
    const isReplica = ++connections === 1;
    socket.on('data', (data) => socket.write(data.includes('PING') ? '+PONG\r\n' : isReplica ? "-READONLY You can't write against a read only replica.\r\n" : '+OK\r\n'));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address of this form.
  const redis = await openRedis(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`, log);
  await vi.waitFor(() => redis.set('a', 'there', 1_000), PATIENT);
  expect(connections).toBe(2);
  redis.close();
  server.close();
});

test('a server that takes connections and says nothing does not count as up', async () => {
  const { proxy, url } = await Proxy.to(redisUrl());
  proxy.stall();
  const redis = await openRedis(url, log);
  expect(redis.isUp).toBe(false);
  proxy.mend();
  await vi.waitFor(() => expect(redis.isUp).toBe(true), PATIENT);
  redis.close();
  await proxy.close();
});

test('one that is not there yet is waited for behind the scenes', async () => {
  const { proxy, url } = await Proxy.to(redisUrl());
  proxy.cut();
  const redis = await openRedis(url, log);
  await expect(redis.get('a')).rejects.toThrow(RedisUnavailable);
  proxy.mend();
  await vi.waitFor(async () => expect(await redis.get('a')).toBeNull(), PATIENT);
  redis.close();
  await proxy.close();
});

test('takes user, password and database from REDIS_URL', async () => {
  const admin = await createClient({ url: new URL(redisUrl()).href.replace(/\?.*/, '') }).connect();
  const user = `kanon-${randomUUID()}`;
  await admin.sendCommand(['ACL', 'SETUSER', user, 'on', '>p@ss/word', '~*', '+@all']);
  try {
    const redis = await openRedis(changed((url) => Object.assign(url, { username: user, password: encodeURIComponent('p@ss/word'), pathname: '/3' })), log);
    await redis.set('a', 'there', 60_000);
    expect(await redis.get('a')).toBe('there');
    redis.close();
  } finally {
    await admin.sendCommand(['ACL', 'DELUSER', user]);
    admin.destroy();
  }
});

test.each([
  ['a wrong password', (url: URL) => Object.assign(url, { username: 'nobody', password: 'hush-hush' })],
  ['a database that is not there', (url: URL) => Object.assign(url, { password: '', pathname: '/9999' })],
])('%s is an error at the start that names REDIS_URL', async (_, change) => {
  const error: unknown = await openRedis(changed(change), log).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/REDIS_URL: Redis refuses the connection: \w+/);
  expect(String(error)).not.toContain('hush');
});

test.each([
  ['hush-hush', 'is no URL'],
  ['http://:hush-hush@host', 'another scheme'],
  ['redis://', 'names no host'],
  ['redis://:hush-hush@host/zero', 'number of a database'],
  ['redis://:hush-hush@host/0/1', 'number of a database'],
  ['redis://:hush-hush@host?prefx=hush-hush', 'only "prefix"'],
  ['redis://hush-hush@host', 'user without a password'],
  ['redis://:hush%-hush@host', '%25'],
])('%s is refused with what is wrong, and no password is told', async (url, wrong) => {
  const error: unknown = await openRedis(url, log).catch((reason: unknown) => reason);
  expect(String(error)).toContain('REDIS_URL');
  expect(String(error)).toContain(wrong);
  expect(String(error)).not.toContain('hush');
});

test('rediss:// is spoken over TLS, to a server that is trusted', async () => {
  const tls = (name: string) => readFile(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');
  const real = new URL(redisUrl());
  const server = createServer({ cert: await tls('first.crt'), key: await tls('first.key') }, (socket) => {
    const through = connect(Number(real.port || 6379), real.hostname);
    socket.pipe(through).pipe(socket);
    socket.on('error', () => through.destroy());
    socket.on('close', () => through.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address of this form.
  const { port } = server.address() as AddressInfo;
  const url = `rediss://127.0.0.1:${port}?prefix=${real.searchParams.get('prefix')}`;
  const stranger = await openRedis(url, log);
  expect(stranger.isUp).toBe(false);
  stranger.close();
  const before = getCACertificates('default');
  try {
    setDefaultCACertificates([...before, await tls('first.crt')]);
    const redis = await openRedis(url, log);
    await redis.set('a', 'there', 60_000);
    expect(await redis.get('a')).toBe('there');
    redis.close();
  } finally {
    setDefaultCACertificates(before);
    server.close();
  }
});
