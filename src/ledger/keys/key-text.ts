import { createHmac, randomBytes, type KeyObject } from 'node:crypto';

/** Characters of a key that are told in lists. */
const PREFIX = 8;

/** A new key: `kn_` and 256 random bits. */
export function newKeyText(): string {
  return `kn_${randomBytes(32).toString('base64url')}`;
}

/** What of a key may be shown: of a short one nothing that would help to guess it. */
export function prefixOf(key: string): string {
  const secret = key.startsWith('kn_') ? key.slice(3) : key;
  return secret.slice(0, Math.min(PREFIX, Math.floor(secret.length / 4)));
}

/**
 * HMAC-SHA-256 of a key: fast enough for each request (2 us; from bytes instead of a key object it is 18), and
 * needless to slow down, as keys are random.
 */
export function hmacOf(key: string, pepper: KeyObject): string {
  return createHmac('sha256', pepper).update(key).digest('base64url');
}
