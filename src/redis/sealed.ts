import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Redis } from './redis.ts';
import { RedisScript } from './script.ts';

const KEEP_IF = new RedisScript("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0");
const DELETE_IF = new RedisScript("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0");

const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Keys {
  names: Buffer;
  values: Buffer;
}

/**
 * Texts that instances share, encrypted (AES-256-GCM) under names that tell nothing, with keys that follow from the
 * secret of the instances: who reads Redis reads none of it, and a text is good only under its own name.
 */
export class SealedRedis {
  readonly #redis: Redis;
  /** The first seals; the others still open. */
  readonly #keys: readonly Keys[];

  /** @param secrets at least one; of several the first is the new one */
  constructor(redis: Redis, secrets: readonly string[]) {
    this.#redis = redis;
    this.#keys = secrets.map((secret) => ({ names: derive(secret, 'shared names'), values: derive(secret, 'shared values') }));
  }

  /** Null where there is nothing that can be read. @throws RedisUnavailable */
  async get(name: string): Promise<{ text: string; sealed: string } | null> {
    for (const keys of this.#keys) {
      const key = nameOf(keys, name);
      const sealed = await this.#redis.get(key);
      const text = sealed === null ? null : open(keys, key, sealed);
      if (sealed !== null && text !== null) return { text, sealed };
    }
    return null;
  }

  /** @param ttlMs milliseconds after which it is gone. @throws RedisUnavailable */
  async set(name: string, text: string, ttlMs: number): Promise<void> {
    const { key, sealed } = this.#seal(name, text);
    await this.#redis.set(key, sealed, ttlMs);
  }

  /** @returns how it stands there, for `keepIf` and `deleteIf`; null where there is something already. @throws RedisUnavailable */
  async setIfAbsent(name: string, text: string, ttlMs: number): Promise<string | null> {
    const { key, sealed } = this.#seal(name, text);
    return (await this.#redis.setIfAbsent(key, sealed, ttlMs)) ? sealed : null;
  }

  /** For so many milliseconds more, if it is still the same. @throws RedisUnavailable */
  async keepIf(name: string, sealed: string, ttlMs: number): Promise<void> {
    await this.#redis.run(KEEP_IF, [this.#nameOf(name)], [sealed, String(ttlMs)]);
  }

  /** If it is still the same. @throws RedisUnavailable */
  async deleteIf(name: string, sealed: string): Promise<void> {
    await this.#redis.run(DELETE_IF, [this.#nameOf(name)], [sealed]);
  }

  #nameOf(name: string): string {
    return nameOf(this.#newest(), name);
  }

  #seal(name: string, text: string): { key: string; sealed: string } {
    const keys = this.#newest();
    const key = nameOf(keys, name);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', keys.values, iv).setAAD(Buffer.from(key));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { key, sealed: Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64') };
  }

  #newest(): Keys {
    const [keys] = this.#keys;
    if (keys === undefined) throw new TypeError('without a secret nothing can be sealed');
    return keys;
  }
}

function nameOf({ names }: Keys, name: string): string {
  return `sealed:${createHmac('sha256', names).update(name).digest('base64url')}`;
}

function open({ values }: Keys, key: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', values, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(Buffer.from(key));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** HKDF-SHA-256 (RFC 5869). */
function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'kanon', purpose, 32));
}
