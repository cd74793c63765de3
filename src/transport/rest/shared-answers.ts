import { setTimeout as sleep } from 'node:timers/promises';
import type { SealedRedis } from '../../redis/sealed.ts';
import { RedisUnavailable } from '../../redis/redis.ts';

/** An answer as it can be given again. */
export interface Replay {
  status: number;
  headers: Record<string, string>;
  body: string;
  stream: boolean;
  trailers: Record<string, string>;
}

/** What stands under a key: a request that is under way, or its answer. */
interface Shared {
  bodyHash: string;
  answer: Replay | null;
}

/** A request that this instance answers for all of them. */
export interface Claim {
  /** For the others, for so many milliseconds. */
  succeeded(replay: Replay, keptMs: number): void;
  failed(): void;
}

/** Milliseconds without a sign of life after which an instance that answers is taken for gone. */
const LOCK_MS = 15_000;
const SIGN_MS = 5_000;
/** Milliseconds between looks whether another instance has its answer. */
const LOOK_MS = 100;
/** A longer answer is kept by the instance alone that gave it: Redis is asked for in milliseconds. */
const MOST_CHARACTERS = 1024 * 1024;

/** Answers that instances share. While Redis is out of reach, each goes by what it remembers itself. */
export class SharedAnswers {
  readonly #redis: SealedRedis;

  constructor(redis: SealedRedis) {
    this.#redis = redis;
  }

  /**
   * Whether this instance is to answer, waiting while another does.
   * @param id tells the request from all others, of other apps too
   * @returns a claim; the answer of another; `other body`; null where Redis cannot be asked
   * @throws the signal's reason
   */
  async claim(id: string, bodyHash: string, signal: AbortSignal): Promise<Claim | Replay | 'other body' | null> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const shared = read((await this.#redis.get(id))?.text);
        if (shared === null) {
          const sealed = await this.#redis.setIfAbsent(id, JSON.stringify({ bodyHash, answer: null } satisfies Shared), LOCK_MS);
          if (sealed !== null) return this.#claimed(id, bodyHash, sealed);
        } else if (shared.bodyHash !== bodyHash) return 'other body';
        else if (shared.answer !== null) return shared.answer;
        else await sleep(LOOK_MS, undefined, { signal });
      }
    } catch (error) {
      if (error instanceof RedisUnavailable) return null;
      throw signal.aborted ? signal.reason : error;
    }
  }

  #claimed(id: string, bodyHash: string, sealed: string): Claim {
    const alive = setInterval(() => void quietly(this.#redis.keepIf(id, sealed, LOCK_MS)), SIGN_MS).unref();
    return {
      succeeded: (answer, keptMs) => {
        clearInterval(alive);
        const text = answer.body.length > MOST_CHARACTERS ? null : JSON.stringify({ bodyHash, answer } satisfies Shared);
        void quietly(text === null ? this.#redis.deleteIf(id, sealed) : this.#redis.set(id, text, keptMs));
      },
      failed: () => {
        clearInterval(alive);
        void quietly(this.#redis.deleteIf(id, sealed));
      },
    };
  }
}

/** What Redis could not be told runs out there by itself. */
async function quietly(asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof RedisUnavailable)) throw error;
  }
}

/** What could be opened was written by an instance of these. */
function read(text: string | undefined): Shared | null {
  if (text === undefined) return null;
  const value: unknown = JSON.parse(text);
  return isShared(value) ? value : null;
}

function isShared(value: unknown): value is Shared {
  return typeof value === 'object' && value !== null && 'bodyHash' in value && 'answer' in value;
}
