import type { LocalCounter } from '../counter.ts';
import type { BudgetLimit } from '../limit.ts';
import { windowAt } from '../window.ts';

/** Milliseconds that Redis keeps a counter beyond its need: clocks differ. */
const SPARE_MS = 60_000;

/** What this instance has to say of a counter: all of it each time, as Redis may have forgotten it. */
export class SharedCounter {
  readonly counter: LocalCounter;
  readonly #limit: BudgetLimit;
  readonly #used = new Map<number, { amount: number; forgottenAt: number }>();
  /** Something has changed since Redis was told of it. */
  changed = true;

  constructor(counter: LocalCounter, limit: BudgetLimit) {
    this.counter = counter;
    this.#limit = limit;
  }

  /** The name under which all instances keep it. */
  get key(): string {
    return keyOf(this.counter.name, this.counter.windowId);
  }

  use(amount: number, bucket: number, forgottenAt: number): void {
    const used = this.#used.get(bucket);
    if (used === undefined) this.#used.set(bucket, { amount, forgottenAt });
    else used.amount += amount;
    this.changed = true;
  }

  /** Gives back what is not reserved. */
  giveBack(): void {
    if (this.counter.giveUp() > 0) this.changed = true;
  }

  /** Redis should hear of it: it has changed, or counts for something that may change. */
  get isNews(): boolean {
    return this.changed || this.counter.underWay > 0 || this.counter.granted > 0;
  }

  /** Nothing of it counts any more. */
  isOver(now: number): boolean {
    for (const [bucket, { forgottenAt }] of this.#used) if (forgottenAt <= now) this.#used.delete(bucket);
    return !this.isNews && this.#used.size === 0;
  }

  /** In the order of the script: what is leased, open, the bucket that it would count in, what was used, and how long to keep it (ms). */
  statement(now: number): [leased: string, open: string, openBucket: string, used: string, ttl: string] {
    const { counter } = this;
    const window = windowAt(this.#limit, now);
    const slides = this.#limit.window === 'SLIDING';
    // Calls under way at an instance that dies are over, but what they were to use may be used.
    const open = this.#limit.unit === 'CONCURRENT' ? 0 : Math.max(0, counter.underWay);
    const openBucket = open === 0 ? 0 : slides ? window.bucket : counter.windowId;
    let used = '';
    for (const [bucket, { amount, forgottenAt }] of this.#used) {
      if (forgottenAt > now) used += ` ${bucket} ${amount}`;
      else this.#used.delete(bucket);
    }
    const until = slides || counter.windowId === 0 ? window.forgottenAt : windowAt(this.#limit, counter.windowId).forgottenAt;
    return [String(Math.max(0, counter.granted)), String(open), String(openBucket), used, String(Math.max(0, until - now) + SPARE_MS)];
  }
}

export function keyOf(counter: string, window: number): string {
  return `limit:${window}:${counter}`;
}
