import type { AskStore } from '../store/ask.ts';
import type { LeaseRequest, Lessee } from './charge.ts';
import type { Part } from './counter.ts';
import { counted } from './refusal.ts';

/** Milliseconds that a lease may take: who waits longer follows the fail mode of the policy. */
const DEADLINE_MS = 500;
/** Milliseconds for which a store that did not answer is not asked again. */
const DOWN_MS = 1_000;

interface Demand {
  part: Part;
  least: number;
  wanted: number;
}

/**
 * Leases for all who need something at the same time in one go: a thousand calls that arrive at once are one question
 * to the store.
 */
export class Leasing {
  readonly #store: AskStore;
  readonly #lessee: Lessee;
  #demands = new Map<string, Demand>();
  #next: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();
  #downUntil = 0;

  constructor(store: AskStore, lessee: Lessee) {
    this.#store = store;
    this.#lessee = lessee;
  }

  /** Asks for what the parts miss. Resolves when the store has answered, whatever it gave; rejects when it did not. */
  lease(missing: readonly { part: Part; amount: number }[]): Promise<void> {
    if (Date.now() < this.#downUntil) return Promise.reject(new Error('The store did not answer a moment ago.'));
    for (const { part, amount } of missing) {
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
    const demands = [...this.#demands].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, demand]) => demand);
    this.#demands = new Map();
    // Late or not: what the store has given is ours.
    const answered = this.#ask(demands);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const give = (): void => reject(new Error(`The store did not answer within ${DEADLINE_MS} ms.`));
      // It may be this thread that was late: an answer that lies here already is taken first.
      timer = setTimeout(() => setImmediate(give), DEADLINE_MS);
    });
    try {
      await Promise.race([answered, late]);
    } catch (error) {
      this.#downUntil = Date.now() + DOWN_MS;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(demands: readonly Demand[]): Promise<void> {
    const requests: LeaseRequest[] = demands.map(({ part, least, wanted }) => ({
      counter: part.counter.name,
      window: part.counter.windowId,
      from: part.window.from,
      cap: counted(part.limit, part.limit.amount),
      least,
      wanted,
    }));
    const replies = await this.#store.ask('lease', this.#lessee, requests);
    const now = Date.now();
    for (const [index, { part }] of demands.entries()) {
      const reply = replies[index];
      if (reply !== undefined) part.counter.leased(reply.granted, reply.available, now);
    }
  }
}
