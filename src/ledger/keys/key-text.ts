import { createHmac, hash, randomBytes, type KeyObject } from 'node:crypto';

/** Keys whose HMAC is remembered. */
const MOST_SEEN = 10_000;
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

/**
 * The HMACs of keys that were shown lately, by a digest that costs a quarter of one. The digest is salted anew with each
 * start and never leaves the memory, so that it tells no more of a key than its HMAC does. Only keys that exist are
 * remembered: guesses fill nothing.
 */
export class SeenKeys {
  readonly #salt = randomBytes(32).toString('base64url');
  readonly #hmacs = new Map<string, string>();

  digestOf(shown: string): string {
    return hash('sha256', this.#salt + shown, 'base64url');
  }

  hmacBy(digest: string): string | undefined {
    return this.#hmacs.get(digest);
  }

  remember(digest: string, hmac: string): void {
    if (this.#hmacs.size >= MOST_SEEN) this.#hmacs.clear();
    this.#hmacs.set(digest, hmac);
  }
}
