import type { Lender } from './lender.ts';
import type { BudgetLimit } from './limit.ts';
import type { Window } from './window.ts';

/** Milliseconds for which a refusal of the store is taken as its answer. */
const DENIED_MS = 250;
/** The same where the store cannot be asked again: what was used up then still is, and not less is known. */
const LAST_WORD_MS = 5_000;

/** What this instance may spend of one limit in one window. Counts are nano-USD, tokens, requests or calls. */
export class LocalCounter {
  readonly name: string;
  readonly windowId: number;
  /** Leased and not yet used; what is open is part of it. Below zero when calls used more than they had reserved. */
  granted = 0;
  /** Reserved by calls under way, of what is leased. */
  open = 0;
  /** Reserved by calls under way that were let in without a lease. */
  unleased = 0;
  /** Used without a lease, and perhaps not yet recorded where others see it. */
  unrecorded = 0;
  /** When it was last reserved from; milliseconds since 1970. */
  usedAt = 0;
  #left = 0;
  #deniedAt = Number.NEGATIVE_INFINITY;

  constructor(name: string, windowId: number) {
    this.name = name;
    this.windowId = windowId;
  }

  /** What may be reserved without asking anyone. */
  get free(): number {
    return this.granted - this.open - this.unleased - this.unrecorded;
  }

  /** Reserved by calls under way. */
  get underWay(): number {
    return this.open + this.unleased;
  }

  /** Nothing is under way here, and nothing on its way to the store. */
  get isQuiet(): boolean {
    return this.underWay === 0 && this.unrecorded === 0;
  }

  /** Gives up what is free. @param most of it @returns how much that was */
  giveUp(most = Number.POSITIVE_INFINITY): number {
    const given = Math.min(most, Math.max(0, this.free));
    this.granted -= given;
    return given;
  }

  /** The store has answered. */
  leased(granted: number, left: number, now: number): void {
    this.granted += granted;
    this.#left = left;
    this.#deniedAt = granted === 0 ? now : Number.NEGATIVE_INFINITY;
  }

  /** The store has said just now that it has not so much. */
  isDenied(amount: number, now: number): boolean {
    return now - this.#deniedAt < DENIED_MS && amount > this.#left;
  }

  /** That was its last word, not long ago. */
  wasDenied(amount: number, now: number): boolean {
    return now - this.#deniedAt < LAST_WORD_MS && amount > this.#left;
  }

  /** What is left as far as is known here. */
  get left(): number {
    return Math.max(0, this.free + this.#left);
  }
}

/** The counters of this instance. */
export class Counters implements Iterable<LocalCounter> {
  readonly #counters = new Map<string, LocalCounter>();

  get(name: string, windowId: number): LocalCounter {
    const key = `${name} ${windowId}`;
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = new LocalCounter(name, windowId);
      this.#counters.set(key, counter);
    }
    return counter;
  }

  forget({ name, windowId }: LocalCounter): void {
    this.#counters.delete(`${name} ${windowId}`);
  }

  [Symbol.iterator](): Iterator<LocalCounter> {
    return this.#counters.values();
  }
}

/** One limit's share of a reservation. */
export interface Part {
  lender: Lender;
  limit: BudgetLimit;
  window: Window;
  counter: LocalCounter;
  amount: number;
  /** False for what was let in without: no lease pays for it. */
  leased: boolean;
}
