import type { Priority } from '../../canonical/call.ts';

export interface GateSettings {
  /** Attempts at once. */
  concurrency: number;
  /** Calls that may wait for a place, both priorities together. */
  queue: number;
}

interface Waiter {
  enter: () => void;
}

/**
 * So many attempts at once, and so many calls that wait; whoever comes when the queue is full is refused. Those who
 * wait for an answer themselves (INTERACTIVE) go before those who don't (BATCH), each in the order of arrival.
 */
export class Gate {
  readonly #settings: GateSettings | null;
  readonly #waiting: Record<Priority, Set<Waiter>> = { INTERACTIVE: new Set(), BATCH: new Set() };
  #running = 0;
  /** Moving average of how long a place is held (ms). */
  #heldMs = 1_000;

  /** @param settings null lets everybody through, and counts */
  constructor(settings: GateSettings | null) {
    this.#settings = settings;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#waiting.INTERACTIVE.size + this.#waiting.BATCH.size;
  }

  /** About how long (ms) until a place is free for one that comes now. */
  retryAfterMs(): number {
    const lanes = this.#settings?.concurrency ?? 1;
    return Math.ceil((this.#heldMs * (this.queued + 1)) / lanes);
  }

  /** Takes a place if one is free at once. */
  tryEnter(): boolean {
    if (this.#settings !== null && (this.#running >= this.#settings.concurrency || this.queued > 0)) return false;
    this.#running++;
    return true;
  }

  /**
   * Waits for a place.
   * @param signal ends the wait
   * @returns null when there is no room to wait, else a promise of the place
   * @throws (the promise) the signal's reason
   */
  queue(priority: Priority, signal: AbortSignal): Promise<void> | null {
    if (this.#settings === null || this.queued >= this.#settings.queue) return null;
    return new Promise((resolve, reject) => {
      const line = this.#waiting[priority];
      const onAbort = (): void => {
        line.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        enter: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      line.add(waiter);
    });
  }

  /** Gives a place back. @param heldMs how long it was held; 0 when it was not used */
  leave(heldMs: number): void {
    if (heldMs > 0) this.#heldMs += (heldMs - this.#heldMs) * 0.2;
    const { INTERACTIVE, BATCH } = this.#waiting;
    const line = INTERACTIVE.size > 0 ? INTERACTIVE : BATCH;
    const [next] = line;
    if (next === undefined) {
      this.#running--;
      return;
    }
    // The place goes over to the next; nobody can slip in between.
    line.delete(next);
    next.enter();
  }
}
