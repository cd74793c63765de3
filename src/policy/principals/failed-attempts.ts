import { setTimeout as sleep } from 'node:timers/promises';
import { KanonError } from '../../canonical/errors.ts';
import { holderOf } from './networks.ts';

/** Failures of one address that cost nothing, in so many milliseconds. */
const FREE = 20;
const WINDOW_MS = 60_000;
/** Milliseconds of the first wait; each further failure doubles it, up to the longest. */
const FIRST_WAIT_MS = 125;
const LONGEST_WAIT_MS = 4_000;
/** Addresses that are remembered; the one that failed longest ago is forgotten first. */
const REMEMBERED = 10_000;
/** Answers that may wait at once. */
const WAITING = 1_000;

/** Slows down whoever guesses keys. A good key is never slowed down, whatever others at its address do. */
export class FailedAttempts {
  readonly #byHolder = new Map<string, { count: number; since: number }>();
  #waiting = 0;

  /**
   * Counts a failure, and waits before it is told.
   * @throws KanonError RATE_LIMITED when too many are waiting
   */
  async failed(address: string, signal: AbortSignal): Promise<void> {
    const waitMs = this.#count(holderOf(address));
    if (waitMs === 0) return;
    if (this.#waiting >= WAITING) {
      throw new KanonError('RATE_LIMITED', 'There are too many attempts with keys that are not known.', { details: { retryAfterMs: LONGEST_WAIT_MS } });
    }
    this.#waiting += 1;
    try {
      // Who leaves is not waited for.
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    } finally {
      this.#waiting -= 1;
    }
  }

  #count(holder: string): number {
    const now = Date.now();
    const known = this.#byHolder.get(holder);
    const entry = known === undefined || now - known.since > WINDOW_MS ? { count: 0, since: now } : known;
    entry.count += 1;
    this.#byHolder.delete(holder);
    this.#byHolder.set(holder, entry);
    const [oldest] = this.#byHolder.keys();
    if (this.#byHolder.size > REMEMBERED && oldest !== undefined) this.#byHolder.delete(oldest);
    return entry.count <= FREE ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(10, entry.count - FREE - 1));
  }
}
