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
  /** When the call is over, as `performance.now()` counts (ms). */
  readonly #endsAt: number;
  #total: NodeJS.Timeout;
  /** Null where nobody waits, or the call is over before. */
  #waiting: NodeJS.Timeout | null;
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
    this.#endsAt = endsAt;
    const leftMs = Math.max(0, endsAt - performance.now());
    this.#total = this.#untilTheEnd(leftMs);
    this.#waiting = deadlines.firstTokenMs < leftMs ? setTimeout(() => this.#expire('first token', deadlines.firstTokenMs), deadlines.firstTokenMs) : null;
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
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#waiting = null;
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
      if (this.#started) this.#watchSilence();
      promise.then(resolve, reject);
    });
  }

  /** Timers may be early, and who sees some of the time left would ask another target. */
  #untilTheEnd(leftMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const stillMs = this.#endsAt - performance.now();
      if (stillMs > 0) this.#total = this.#untilTheEnd(Math.ceil(stillMs));
      else this.#expire('total', this.#deadlines.totalMs);
    }, leftMs);
  }

  #watchSilence(): void {
    const { idleMs } = this.#deadlines;
    if (this.#waiting !== null) this.#waiting.refresh();
    else if (performance.now() + idleMs < this.#endsAt) {
      this.#waiting = setTimeout(() => {
        if (this.#asked) this.#expire('idle', idleMs);
      }, idleMs);
    }
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
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#parent.removeEventListener('abort', this.#onParentAbort);
    this.#reject = null;
  }
}

/** Waits. @throws the signal's reason */
export async function withinMs(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
