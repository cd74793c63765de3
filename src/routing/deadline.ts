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

  /**
   * @param parent the caller's signal
   * @param endsAt when the whole call is over, as `performance.now()` counts (ms)
   */
  constructor(parent: AbortSignal, deadlines: RouteDeadlines, endsAt: number) {
    this.#parent = parent;
    this.#deadlines = deadlines;
    this.signal = this.#controller.signal;
    this.#onParentAbort = () => this.#controller.abort(parent.reason);
    if (parent.aborted) this.#onParentAbort();
    else parent.addEventListener('abort', this.#onParentAbort, { once: true });
    this.#total = setTimeout(() => this.#expire('total', deadlines.totalMs), Math.max(0, endsAt - performance.now()));
    this.#waiting = setTimeout(() => this.#expire('first token', deadlines.firstTokenMs), deadlines.firstTokenMs);
  }

  /** The target said something: from now on the time between two events counts. */
  progress(): void {
    if (this.#started) {
      this.#waiting.refresh();
      return;
    }
    this.#started = true;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#expire('idle', this.#deadlines.idleMs), this.#deadlines.idleMs);
  }

  #expire(limit: Limit, ms: number): void {
    this.#controller.abort(new UpstreamFailure('timeout', `no ${limit === 'total' ? 'end' : limit} within ${ms} ms`));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#total);
    clearTimeout(this.#waiting);
    this.#parent.removeEventListener('abort', this.#onParentAbort);
  }
}

/** Waits for a promise, but not longer than the signal: a target that ignores its signal cannot hold a call. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) {
      promise.catch(() => {});
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
