import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';

/** Milliseconds after which it is worth trying again. */
const RETRY_MS = 1_000;

/** A key has as many as it may have. */
export class TooManySubscriptions extends KanonError {
  override readonly name = 'TooManySubscriptions';

  constructor(most: number) {
    super('RATE_LIMITED', `A key may have at most ${most} subscriptions at once.`, { details: { retryAfterMs: RETRY_MS } });
  }
}

/** Counts the subscriptions that run at once for each key, over all its sockets and requests. */
export class RunningSubscriptions {
  readonly #most: number;
  readonly #running = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Takes a place.
   * @returns what gives it back
   * @throws TooManySubscriptions
   */
  enter({ keyId, app, user }: Principal): () => void {
    const holder = keyId ?? JSON.stringify([app, user]);
    const running = this.#running.get(holder) ?? 0;
    if (running >= this.#most) {
      throw new TooManySubscriptions(this.#most);
    }
    this.#running.set(holder, running + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      const left = (this.#running.get(holder) ?? 1) - 1;
      if (left > 0) this.#running.set(holder, left);
      else this.#running.delete(holder);
    };
  }
}

/** The same stream, whose end is told of: also when it is left before it was begun. `end` may be called twice. */
export function withEnd<T>(parts: AsyncGenerator<T>, end: () => void): AsyncGenerator<T> {
  const isOver = (item: IteratorResult<T>): IteratorResult<T> => {
    if (item.done === true) end();
    return item;
  };
  const failed = (error: unknown): never => {
    end();
    throw error;
  };
  const told = (result: Promise<IteratorResult<T>>) => result.then(isOver, failed);
  return {
    next: () => told(parts.next()),
    return: (value) => told(parts.return(value)),
    throw: (error) => told(parts.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
  };
}
