import { setTimeout as sleep } from 'node:timers/promises';
import { Late, withPatience } from '../../canonical/patience.ts';
import type { AskStore } from '../store/ask.ts';
import type { Attempts } from './attempts.ts';
import type { LeaseRequest, Lessee } from './charge.ts';
import type { Counters } from './counter.ts';
import { type Demand, Leasing } from './leasing.ts';
import type { Lender, Need, Standing, StandingRequest } from './lender.ts';
import { counted } from './refusal.ts';
import { TRUST_MS, type Upkeep } from './upkeep.ts';

/** Milliseconds that a lease may take before the database is asked whether it is there at all. */
const LATE_MS = 15;
/**
 * Milliseconds that it has to say so, and more where it usually takes its time. Whoever waits longer follows the fail
 * mode of the policy.
 */
const PULSE_MS = 35;
const LONGEST_PULSE_MS = 500;
/** Milliseconds between two looks how long it usually takes; how much more than that is too long. */
const MEASURE_MS = 1_000;
const UNUSUAL = 4;
/** How much of what was usual counts beside what was measured last. */
const MEMORY = 0.8;
/** Milliseconds that a lease may take of a database that is there, and only slow. */
const MOST_MS = 2_000;
/** Milliseconds between two looks whether a database is back. */
const LOOK_MS = 100;

/** Leases from the database: for what must never be forgotten, and for all where nothing else is shared. */
export class DatabaseLender implements Lender {
  readonly lends = 'budgets';
  readonly counters: Counters;
  readonly #store: AskStore;
  readonly #lessee: Lessee;
  readonly #upkeep: Upkeep;
  readonly #attempts: Attempts;
  readonly #leasing = new Leasing((demands) => this.#round(demands));
  /** While it is out of reach nobody waits for it. */
  #down = false;
  #closed = false;
  /** Milliseconds that a pulse takes on this machine, when it is busy. */
  #usualMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(rooms: { store: AskStore; lessee: Lessee; counters: Counters; upkeep: Upkeep; attempts: Attempts }) {
    this.counters = rooms.counters;
    this.#store = rooms.store;
    this.#lessee = rooms.lessee;
    this.#upkeep = rooms.upkeep;
    this.#attempts = rooms.attempts;
  }

  get isTrusted(): boolean {
    return this.#upkeep.isTrusted;
  }

  async start(): Promise<void> {
    await this.#upkeep.start();
    if (this.#lessee.alone) return;
    await this.#pulse();
    this.#timer = setInterval(() => void this.#pulse().catch(() => undefined), MEASURE_MS);
    this.#timer.unref();
  }

  lease(needs: readonly Need[]): Promise<void> {
    if (this.#down) return Promise.reject(new Error('The database is out of reach.'));
    return this.#leasing.lease(needs);
  }

  async standing(counters: readonly StandingRequest[]): Promise<Standing[]> {
    return await this.#store.ask('budgetStanding', counters);
  }

  async giveBack(): Promise<void> {
    await this.#upkeep.giveBack();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#upkeep.close();
  }

  async #round(demands: readonly Demand[]): Promise<void> {
    if (this.#down) throw new Error('The database is out of reach.');
    // Late or not: what the store has given is ours.
    const answered = this.#lease(demands);
    try {
      await this.#patiently(answered);
    } catch (error) {
      void this.#untilBack();
      throw error;
    }
  }

  /** A database that is there may take its time, one that is not may not. */
  async #patiently(answered: Promise<void>): Promise<void> {
    // A file of this machine has nothing else to answer with.
    if (this.#lessee.alone) return await withPatience('The database', MOST_MS, answered);
    const began = performance.now();
    for (;;) {
      try {
        await withPatience('The database', LATE_MS, answered);
        return;
      } catch (error) {
        if (!(error instanceof Late) || performance.now() - began > MOST_MS) throw error;
      }
      const patience = Math.min(LONGEST_PULSE_MS, Math.max(PULSE_MS, UNUSUAL * this.#usualMs));
      await withPatience('The database', patience, Promise.race([answered, this.#pulse()]));
    }
  }

  async #pulse(): Promise<void> {
    const began = performance.now();
    await this.#store.ask('pulse');
    const ms = performance.now() - began;
    this.#usualMs = Math.max(ms, MEMORY * this.#usualMs + (1 - MEMORY) * ms);
  }

  async #untilBack(): Promise<void> {
    if (this.#down) return;
    this.#down = true;
    while (this.#down && !this.#closed) {
      await sleep(LOOK_MS, undefined, { ref: false });
      this.#down = !(await this.#attempts.make('reach the database', () => this.#warmUp()));
    }
  }

  /** The first questions to a database that is back are slow: not at a caller's cost. */
  async #warmUp(): Promise<void> {
    await this.#pulse();
    await this.standing([{ counter: '', window: 0, from: 0 }]);
    await this.#upkeep.regain();
  }

  /** What was leased while leases are not trusted could not be spent, and whoever needs it would lease again and again. */
  async #lease(demands: readonly Demand[]): Promise<void> {
    if (!this.#upkeep.isTrusted) await this.#upkeep.regain();
    const askedAt = Date.now();
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
    if (now - askedAt > TRUST_MS) this.#upkeep.doubt();
    for (const [index, { part }] of demands.entries()) {
      const reply = replies[index];
      if (reply !== undefined) part.counter.leased(reply.granted, reply.available, now);
    }
  }
}
