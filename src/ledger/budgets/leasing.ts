import type { Need } from './lender.ts';
import type { Part } from './counter.ts';

/** What all who wait for a counter need of it. */
export interface Demand {
  part: Part;
  /** Less than this helps nobody. */
  least: number;
  wanted: number;
}

/**
 * Leases for all who need something at the same time in one go: a thousand calls that arrive at once are one question
 * to the lender.
 */
export class Leasing {
  readonly #ask: (demands: readonly Demand[]) => Promise<void>;
  #demands = new Map<string, Demand>();
  #next: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();

  /** @param ask puts what is given into the counters; rejects soon when there is no answer */
  constructor(ask: (demands: readonly Demand[]) => Promise<void>) {
    this.#ask = ask;
  }

  /** Asks for what is needed. Resolves when that is answered, whatever was given; rejects when it is not. */
  lease(needs: readonly Need[]): Promise<void> {
    for (const { part, amount } of needs) {
      const name = `${part.counter.name} ${part.counter.windowId}`;
      const demand = this.#demands.get(name);
      if (demand === undefined) this.#demands.set(name, { part, least: amount, wanted: amount });
      else {
        demand.least = Math.min(demand.least, amount);
        demand.wanted += amount;
      }
    }
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      const round = this.#round();
      // Whoever comes meanwhile waits for the next round, whether this one succeeds or not.
      this.#running = round.catch(() => undefined);
      return round;
    });
    return this.#next;
  }

  async #round(): Promise<void> {
    // In one order at all instances: then they do not lock each other out.
    const demands = [...this.#demands].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, demand]) => demand);
    this.#demands = new Map();
    await this.#ask(demands);
  }
}
