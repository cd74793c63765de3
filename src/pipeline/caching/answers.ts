import { createHmac, randomBytes } from 'node:crypto';
import { RedisUnavailable } from '../../redis/redis.ts';
import type { SealedRedis } from '../../redis/sealed.ts';
import { KeptAnswer } from './kept-answer.ts';

export interface KeptAnswersOptions {
  /** In memory. */
  maxEntries: number;
  maxBytes: number;
  /** What the names of answers follow from, the same for all instances that share them; null for this one alone. */
  secret: string | null;
  /** What instances share; null for nothing. */
  shared: SealedRedis | null;
}

/** Which answers will do, and where they may be. */
export interface Reach {
  /** Milliseconds from when it was given until it is given no more. */
  ttlMs: number;
  /** Whether it may leave this machine. */
  share: boolean;
}

/** A longer answer stays with the instance that was given it: Redis is asked for in milliseconds. */
const MOST_SHARED_BYTES = 1024 * 1024;

interface Entry {
  text: string;
  bytes: number;
  at: number;
  ttlMs: number;
}

/**
 * Kept answers by names that tell nothing: in the memory of this instance, those that were not asked for the longest
 * going first, and in the Redis that instances share. A Redis that is slow or gone has none.
 */
export class KeptAnswers {
  readonly #options: KeptAnswersOptions;
  readonly #secret: string | Buffer;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(options: KeptAnswersOptions) {
    this.#options = options;
    this.#secret = options.secret ?? randomBytes(32);
  }

  /** HMAC-SHA-256 of all that an answer follows from. */
  nameOf(key: string): string {
    return createHmac('sha256', this.#secret).update('kept answers\0').update(key).digest('base64url');
  }

  /** Null where there is none that is not too old. @param maxAgeMs of the answer, in milliseconds */
  async get(name: string, { ttlMs, share }: Reach, maxAgeMs: number): Promise<KeptAnswer | null> {
    const oldest = Math.min(ttlMs, maxAgeMs);
    const here = this.#ofMemory(name);
    if (here !== null && here.ageMs < oldest) return here;
    const there = share ? await this.#ofRedis(name, ttlMs) : null;
    return there !== null && there.ageMs < oldest ? there : null;
  }

  /** For as long as its reach says. Redis is told behind the back of the caller. */
  set(name: string, text: string, at: number, { ttlMs, share }: Reach): void {
    const bytes = Buffer.byteLength(text);
    this.#remember(name, { text, bytes, at, ttlMs });
    if (share && bytes <= MOST_SHARED_BYTES && this.#options.shared !== null) void quietly(this.#options.shared.set(sharedName(name), text, ttlMs));
  }

  #ofMemory(name: string): KeptAnswer | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    this.#forget(name, entry);
    if (Date.now() - entry.at >= entry.ttlMs) return null;
    this.#remember(name, entry);
    return KeptAnswer.ofText(entry.text);
  }

  async #ofRedis(name: string, ttlMs: number): Promise<KeptAnswer | null> {
    const found = await quietly(this.#options.shared?.get(sharedName(name)) ?? Promise.resolve(null));
    const answer = found == null ? null : KeptAnswer.ofText(found.text);
    if (found != null && answer !== null) this.#remember(name, { text: found.text, bytes: Buffer.byteLength(found.text), at: answer.at, ttlMs });
    return answer;
  }

  #remember(name: string, entry: Entry): void {
    const before = this.#entries.get(name);
    if (before !== undefined) this.#forget(name, before);
    // It would only drive out all others.
    if (entry.bytes > this.#options.maxBytes) return;
    this.#entries.set(name, entry);
    this.#bytes += entry.bytes;
    for (const [oldest, each] of this.#entries) {
      if (this.#entries.size <= this.#options.maxEntries && this.#bytes <= this.#options.maxBytes) return;
      this.#forget(oldest, each);
    }
  }

  #forget(name: string, { bytes }: Entry): void {
    this.#entries.delete(name);
    this.#bytes -= bytes;
  }
}

function sharedName(name: string): string {
  return `answer ${name}`;
}

/** Null where Redis could not be asked. */
async function quietly<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RedisUnavailable) return null;
    throw error;
  }
}
