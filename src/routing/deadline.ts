import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../canonical/failure.ts';
import type { RouteDeadlines } from './target.ts';

type Limit = 'first token' | 'idle' | 'total';

/**
 * The clock of one attempt: aborts it when it is late, or when the caller's signal aborts. Dispose it when the
 * attempt has ended; nothing stays behind.
 */
export class AttemptDeadline implements Disposable {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #deadlines: RouteDeadlines;
  readonly #onParentAbort: () => void;
  readonly #total: NodeJS.Timeout;
  #waiting: NodeJS.Timeout;
  #started = false;
  /** Somebody waits for the target; while the reader is slow, its silence is not counted. */
  #asked = false;
  #expired: Limit | null = null;
  #reject: ((reason: unknown) => void) | null = null;

  /**
   * @param parent the caller's signal
   * @param endsAt when the whole call is over, as `performance.now()` counts (ms)
   */
  constructor(parent: AbortSignal, deadlines: RouteDeadlines, endsAt: number) {
    this.#parent = parent;
    this.#deadlines = deadlines;
    this.signal = this.#controller.signal;
    this.#onParentAbort = () => this.#abort(parent.reason);
    if (parent.aborted) this.#onParentAbort();
    else parent.addEventListener('abort', this.#onParentAbort, { once: true });
    this.#total = setTimeout(() => this.#expire('total', deadlines.totalMs), Math.max(0, endsAt - performance.now()));
    this.#waiting = setTimeout(() => this.#expire('first token', deadlines.firstTokenMs), deadlines.firstTokenMs);
  }

  /** Which limit ran out; null when none did. */
  get expired(): Limit | null {
    return this.#expired;
  }

  /** The target said something: from now on each wait for it counts by itself. */
  progress(): void {
    this.#asked = false;
    if (this.#started) return;
    this.#started = true;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      if (this.#asked) this.#expire('idle', this.#deadlines.idleMs);
    }, this.#deadlines.idleMs);
  }

  /**
   * Waits for a promise, but not longer than the attempt: a target that ignores its signal cannot hold a call. One
   * wait at a time, so that a long stream leaves nothing behind on the signal.
   */
  until<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) {
        promise.catch(() => {});
        reject(this.signal.reason);
        return;
      }
      this.#reject = reject;
      this.#asked = true;
      if (this.#started) this.#waiting.refresh();
      promise.then(resolve, reject);
    });
  }

  #expire(limit: Limit, ms: number): void {
    this.#expired ??= limit;
    this.#abort(new UpstreamFailure('timeout', limit === 'total' ? 'no end before the deadline of the call' : limit === 'idle' ? `silent for ${ms} ms` : `no first token within ${ms} ms`));
  }

  #abort(reason: unknown): void {
    this.#controller.abort(reason);
    this.#reject?.(this.signal.reason);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#total);
    clearTimeout(this.#waiting);
    this.#parent.removeEventListener('abort', this.#onParentAbort);
    this.#reject = null;
  }
}

/** Waits. @throws the signal's reason */
export async function withinMs(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
