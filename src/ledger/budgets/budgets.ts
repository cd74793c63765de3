import type { Log } from '../../telemetry/log.ts';
import type { AskStore } from '../store/ask.ts';
import { Attempts } from './attempts.ts';
import type { Charge, Lessee } from './charge.ts';
import { Counters, type LocalCounter, type Part } from './counter.ts';
import { Leasing } from './leasing.ts';
import { type BudgetLimit, type BudgetUse, counterOf } from './limit.ts';
import { OpenCalls } from './open-calls.ts';
import { BudgetRefusal, BudgetUnavailable, counted, shown } from './refusal.ts';
import { Upkeep } from './upkeep.ts';
import { windowAt } from './window.ts';

/** Milliseconds after which the lease of an instance that is gone is free again. Clocks must agree to a few seconds. */
const LEASE_MS = 10_000;
/** The same where no other instance exists. */
const ALONE_MS = 10 * 365 * 24 * 3_600_000;
/** Use that is forgotten within so many milliseconds is not worth a durable reservation. */
const BRIEF_MS = 120_000;
/** Rounds of leasing for one reservation. */
const ROUNDS = 100;

/** What a call is to reserve. */
export interface ReserveRequest {
  callId: string;
  limits: readonly BudgetLimit[];
  /** The most that the call can use. */
  estimate: BudgetUse;
}

export interface Reservation {
  readonly callId: string;
  readonly estimate: BudgetUse;
  /** Soft limits that are passed, and limits that could not be looked up. */
  readonly warnings: readonly string[];
}

interface OpenReserve extends Reservation {
  readonly parts: readonly Part[];
  settled: boolean;
}

export interface BudgetStatus {
  limit: BudgetLimit;
  /** USD, tokens, requests or calls; by all instances. */
  spent: number;
  /** Reserved or leased, and not yet spent. */
  reserved: number;
  left: number;
  resetsAt: Date;
}

/**
 * Limits of use: reserved before a call, settled after it. What this instance may spend lies in memory, leased from
 * the store, so that a reservation costs no round trip, and all instances together never pass a limit.
 */
export class Budgets {
  readonly #store: AskStore;
  readonly #counters = new Counters();
  readonly #leasing: Leasing;
  readonly #calls: OpenCalls;
  readonly #upkeep: Upkeep;

  /** @param alone no other instance spends from this store */
  constructor(store: AskStore, instance: string, alone: boolean, log: Log) {
    const lessee: Lessee = { instance, alone, leaseMs: alone ? ALONE_MS : LEASE_MS };
    const attempts = new Attempts(log);
    this.#store = store;
    this.#leasing = new Leasing(store, lessee);
    this.#calls = new OpenCalls(store, lessee, attempts);
    this.#upkeep = new Upkeep({ store, lessee, counters: this.#counters, calls: this.#calls, attempts, log });
  }

  /** Settles what an earlier process of this data folder has left open. */
  async start(): Promise<void> {
    await this.#upkeep.start();
  }

  /**
   * Reserves for one call or for several: all limits of all of them, or nothing.
   * @param failOpen let calls pass, with a warning, while the limits cannot be looked up
   * @throws BudgetRefusal when a limit cannot carry it; BudgetUnavailable when it cannot be looked up
   */
  async reserve(requests: readonly ReserveRequest[], failOpen = false): Promise<Reservation[]> {
    const now = Date.now();
    const partsOf = requests.map((request) => this.#parts(request, now));
    const parts = partsOf.flat();
    const warnings = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const missing = this.#missing(parts).filter(({ part, amount }) => this.#mayHelp(part, amount, warnings));
      if (missing.length === 0) return requests.map((request, i) => this.#take(request, partsOf[i] ?? [], [...warnings]));
      try {
        await this.#leasing.lease(missing);
      } catch (error) {
        if (!failOpen) throw new BudgetUnavailable(error);
        const warning = 'The budgets could not be checked.';
        return requests.map((request, i) => this.#take(request, partsOf[i] ?? [], [...warnings, warning]));
      }
    }
    throw new BudgetUnavailable(new Error('Others were always faster.'));
  }

  /**
   * Ends a reservation with what was used; what is not known counts as it was reserved. The second time it does
   * nothing. Becomes durable together with the record of the call, or within two seconds where there is none.
   */
  settle(reservation: Reservation, actual: BudgetUse): void {
    // Made by `reserve`, which hides the parts.
    const open = reservation as OpenReserve;
    if (open.settled) return;
    open.settled = true;
    const now = Date.now();
    const charges: Charge[] = [];
    for (const part of open.parts) {
      part.counter.open -= part.amount;
      if (part.limit.unit === 'CONCURRENT') continue;
      const amount = useOf(part.limit, actual) ?? part.amount;
      part.counter.granted -= amount;
      if (amount > 0) charges.push(chargeOf(part, amount, now));
    }
    this.#calls.settled(open.callId, charges);
  }

  /** Ends a reservation of which nothing was used. */
  release(reservation: Reservation): void {
    this.settle(reservation, { usd: 0, tokens: 0, requests: 0 });
  }

  /** What a settled call is charged with, for whoever writes its record; once. */
  takeCharges(callId: string): Charge[] | null {
    return this.#calls.take(callId);
  }

  /** Where limits stand, all instances together. */
  async status(limits: readonly BudgetLimit[]): Promise<BudgetStatus[]> {
    const now = Date.now();
    const windows = limits.map((limit) => windowAt(limit, now));
    const wanted = limits.map((limit, i) => ({ counter: counterOf(limit), window: windows[i]?.id ?? 0, from: windows[i]?.from ?? 0 }));
    const found = await this.#store.ask('budgetStanding', wanted);
    return limits.map((limit, i) => {
      const { spent = 0, leased = 0 } = found[i] ?? {};
      // What this instance has leased and not reserved is not used: it only lies here.
      const idle = Math.max(0, this.#counters.get(counterOf(limit), windows[i]?.id ?? 0).free);
      const reserved = Math.max(0, leased - idle);
      return {
        limit,
        spent: shown(limit, spent),
        reserved: shown(limit, reserved),
        left: shown(limit, Math.max(0, counted(limit, limit.amount) - spent - reserved)),
        resetsAt: new Date(windows[i]?.resetsAt ?? now),
      };
    });
  }

  /** The limits may be others from now on: what was leased under the old ones and is not in use is given back. Never throws. */
  async limitsChanged(): Promise<void> {
    await this.#upkeep.giveBack();
  }

  /** Writes what is settled, and gives all leases back; what fails is made up for by the next start. */
  async close(): Promise<void> {
    await this.#calls.close();
    await this.#upkeep.close();
  }

  #parts({ limits, estimate }: ReserveRequest, now: number): Part[] {
    return tightest(limits).flatMap((limit) => {
      const amount = useOf(limit, estimate) ?? 0;
      if (amount <= 0) return [];
      const window = windowAt(limit, now);
      const counter = this.#counters.get(counterOf(limit), window.id);
      counter.usedAt = now;
      return [{ limit, window, counter, amount }];
    });
  }

  /** Counters that have not enough for all the parts together, with what they miss. */
  #missing(parts: readonly Part[]): { part: Part; amount: number }[] {
    const { isTrusted } = this.#upkeep;
    const needs = new Map<LocalCounter, { part: Part; amount: number }>();
    for (const part of parts) {
      const need = needs.get(part.counter);
      if (need === undefined) needs.set(part.counter, { part, amount: part.amount });
      else need.amount += part.amount;
    }
    return [...needs.values()].flatMap(({ part, amount }) => {
      const free = isTrusted ? part.counter.free : 0;
      return free >= amount ? [] : [{ part, amount: amount - free }];
    });
  }

  /** False for a soft limit that is used up: it only warns. @throws BudgetRefusal for one that is not soft */
  #mayHelp({ limit, window, counter }: Part, amount: number, warnings: Set<string>): boolean {
    if (!counter.isDenied(amount, Date.now())) return true;
    const refusal = new BudgetRefusal(limit, shown(limit, counter.left), new Date(window.resetsAt));
    if (limit.soft !== true) throw refusal;
    warnings.add(refusal.message);
    return false;
  }

  #take(request: ReserveRequest, parts: readonly Part[], warnings: string[]): Reservation {
    for (const part of parts) part.counter.open += part.amount;
    const reservation: OpenReserve = { callId: request.callId, estimate: request.estimate, warnings, parts, settled: false };
    const now = Date.now();
    const lasting = parts.filter((part) => isLasting(part, now));
    if (lasting.length > 0) {
      this.#calls.opened(
        request.callId,
        lasting.map((part) => chargeOf(part, part.amount, now)),
      );
    }
    return reservation;
  }
}

/** Of limits that share a counter the one that ends first holds the others as well. */
function tightest(limits: readonly BudgetLimit[]): BudgetLimit[] {
  const byCounter = new Map<string, BudgetLimit>();
  for (const limit of limits) {
    const name = counterOf(limit);
    const other = byCounter.get(name);
    if (other === undefined || limit.amount < other.amount) byCounter.set(name, limit);
  }
  return [...byCounter.values()];
}

/** How much of a limit a use takes; null where it is not known. */
function useOf(limit: BudgetLimit, use: BudgetUse): number | null {
  if (limit.unit === 'CONCURRENT') return 1;
  const amount = { USD: use.usd, TOKENS: use.tokens, REQUESTS: use.requests }[limit.unit];
  return amount === null ? null : counted(limit, amount);
}

function isLasting({ limit, window }: Part, now: number): boolean {
  return limit.unit !== 'CONCURRENT' && window.forgottenAt - now > BRIEF_MS;
}

/** A calendar's window is that of the reservation; a sliding one counts from the settlement on. */
function chargeOf({ limit, window, counter }: Part, amount: number, now: number): Charge {
  const { bucket, forgottenAt } = limit.window === 'SLIDING' ? windowAt(limit, now) : window;
  return { counter: counter.name, bucket, amount, forgottenAt, window: counter.windowId };
}
