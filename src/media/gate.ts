import { AbortedError, KanonError } from '../canonical/errors.ts';

interface Waiter {
  weight: number;
  enter(): void;
}

/** Lets a bounded number of jobs run at once, first come first served; the rest wait in a bounded queue. */
export class Gate {
  readonly #slots: number;
  readonly #maxQueued: number;
  readonly #queue: Waiter[] = [];
  #free: number;

  constructor(slots: number, maxQueued: number) {
    this.#slots = slots;
    this.#free = slots;
    this.#maxQueued = maxQueued;
  }

  /**
   * Runs the job when there is room. An abort while waiting gives the place up; while running it lets the caller go
   * at once, and the room is free again when the job has really ended.
   * @param weight slots that the job takes; more than there are means all of them.
   * @throws KanonError RATE_LIMITED when the queue is full; AbortedError.
   */
  async run<T>(weight: number, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    const taken = Math.min(this.#slots, Math.max(1, weight));
    await this.#enter(taken, signal);
    const work = (async () => job())().finally(() => this.#leave(taken));
    return untilAborted(work, signal);
  }

  async #enter(weight: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new AbortedError(signal.reason);
    if (this.#queue.length === 0 && this.#free >= weight) {
      this.#free -= weight;
      return;
    }
    if (this.#queue.length >= this.#maxQueued) {
      throw new KanonError('RATE_LIMITED', 'Too much media is being worked on; try again in a moment.', {
        details: { retryAfterMs: 1000 },
      });
    }
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        weight,
        enter() {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(new AbortedError(signal.reason));
        this.#admit();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiter);
    });
  }

  #leave(weight: number): void {
    this.#free += weight;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#queue[0]; next !== undefined && next.weight <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.weight;
      next.enter();
    }
  }
}

/** Follows the work, or throws AbortedError as soon as the signal says so; the work itself is not stopped. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(new AbortedError(signal.reason));
    const done = (): void => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(done);
  });
}
