import type { Log } from '../../telemetry/log.ts';
import type { AskStore } from '../store/ask.ts';
import type { Charge, Lessee, OpenReservation } from './charge.ts';
import { LocalCounter, type Part } from './counter.ts';
import { Leasing } from './leasing.ts';
import { type BudgetLimit, type BudgetUse, counterOf } from './limit.ts';
import { BudgetRefusal, BudgetUnavailable, counted, shown } from './refusal.ts';
import { windowAt } from './window.ts';

/** Milliseconds between two looks at what is to be renewed, given back and settled. */
const TICK_MS = 1_000;
/** Milliseconds after which the lease of an instance that is gone is free again. Clocks must agree to a few seconds. */
const LEASE_MS = 10_000;
/** The same where no other instance exists. */
const ALONE_MS = 10 * 365 * 24 * 3_600_000;
/** Milliseconds after the last renewal until which an instance trusts its leases. */
const TRUST_MS = 7_000;
/** Milliseconds between two searches for instances that are gone. */
const SEARCH_MS = 3_000;
/** Milliseconds after which a reservation that is still open is written down. */
const WRITE_MS = 10;
/** Use that is forgotten within so many milliseconds is not worth a durable reservation. */
const BRIEF_MS = 120_000;
/** Milliseconds between two words about the same failure. */
const TELL_MS = 10_000;
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
  readonly #lessee: Lessee;
  readonly #log: Log;
  readonly #leasing: Leasing;
  readonly #counters = new Map<string, LocalCounter>();
  /** Calls under way that are not yet written down. */
  #unwritten = new Map<string, OpenReserve>();
  /** Calls that are just being written down: they are settled after that, or would stay open in the record. */
  readonly #beingWritten = new Set<string>();
  /** Settled, and waiting for the record of their call. */
  #settled = new Map<string, { charges: Charge[]; at: number }>();
  /** When a failure was last told, by what failed: not with every call that meets it. */
  readonly #told = new Map<string, number>();
  #trustedUntil: number;
  #searchedAt = Date.now();
  #writing: NodeJS.Timeout | null = null;
  #writeRunning: Promise<void> | null = null;
  #ticking: NodeJS.Timeout | null = null;
  #tickRunning: Promise<void> | null = null;

  /** @param alone no other instance spends from this store */
  constructor(store: AskStore, instance: string, alone: boolean, log: Log) {
    this.#store = store;
    this.#lessee = { instance, alone, leaseMs: alone ? ALONE_MS : LEASE_MS };
    this.#log = log;
    this.#leasing = new Leasing(store, this.#lessee);
    this.#trustedUntil = alone ? Number.POSITIVE_INFINITY : Date.now() + TRUST_MS;
  }

  /** Settles what an earlier process of this data folder has left open. */
  async start(): Promise<void> {
    await this.#clearAfter(this.#lessee.instance);
    this.#ticking = setInterval(() => {
      this.#tickRunning ??= this.#tick().finally(() => {
        this.#tickRunning = null;
      });
    }, TICK_MS);
    this.#ticking.unref();
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
    const written = !this.#unwritten.delete(open.callId);
    if (charges.length > 0 || written) this.#settled.set(open.callId, { charges, at: now });
  }

  /** Ends a reservation of which nothing was used. */
  release(reservation: Reservation): void {
    this.settle(reservation, { usd: 0, tokens: 0, requests: 0 });
  }

  /** What a settled call is charged with, for whoever writes its record; once. */
  takeCharges(callId: string): Charge[] | null {
    const settled = this.#settled.get(callId);
    if (settled === undefined || this.#beingWritten.has(callId)) return null;
    this.#settled.delete(callId);
    return settled.charges;
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
      const idle = Math.max(0, this.#counters.get(nameOf(counterOf(limit), windows[i]?.id ?? 0))?.free ?? 0);
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

  /** Writes what is settled, and gives all leases back; what fails is made up for by the next start. */
  async close(): Promise<void> {
    if (this.#ticking !== null) clearInterval(this.#ticking);
    if (this.#writing !== null) clearTimeout(this.#writing);
    await this.#tickRunning;
    await this.#writeRunning;
    await this.#settleRest(Number.POSITIVE_INFINITY);
    await this.#try('leases could not be given back', () => this.#clearAfter(this.#lessee.instance));
  }

  #parts({ limits, estimate }: ReserveRequest, now: number): Part[] {
    return tightest(limits).flatMap((limit) => {
      const amount = useOf(limit, estimate) ?? 0;
      if (amount <= 0) return [];
      const window = windowAt(limit, now);
      const counter = this.#counter(counterOf(limit), window.id);
      counter.usedAt = now;
      return [{ limit, window, counter, amount }];
    });
  }

  #counter(name: string, windowId: number): LocalCounter {
    const key = nameOf(name, windowId);
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = new LocalCounter(name, windowId);
      this.#counters.set(key, counter);
    }
    return counter;
  }

  /** Counters that have not enough for all the parts together, with what they miss. */
  #missing(parts: readonly Part[]): { part: Part; amount: number }[] {
    const trusted = Date.now() < this.#trustedUntil;
    const needs = new Map<LocalCounter, { part: Part; amount: number }>();
    for (const part of parts) {
      const need = needs.get(part.counter);
      if (need === undefined) needs.set(part.counter, { part, amount: part.amount });
      else need.amount += part.amount;
    }
    return [...needs.values()].flatMap(({ part, amount }) => {
      const free = trusted ? part.counter.free : 0;
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
    if (parts.some((part) => isLasting(part, now))) {
      this.#unwritten.set(request.callId, reservation);
      this.#writing ??= setTimeout(() => {
        this.#writeRunning = this.#write();
      }, WRITE_MS);
    }
    return reservation;
  }

  /** Writes down what is still under way, so that it is found should this process die. */
  async #write(): Promise<void> {
    this.#writing = null;
    const now = Date.now();
    const open: OpenReservation[] = [...this.#unwritten.values()].map(({ callId, parts }) => ({
      id: callId,
      charges: parts.filter((part) => isLasting(part, now)).map((part) => chargeOf(part, part.amount, now)),
    }));
    this.#unwritten = new Map();
    for (const { id } of open) this.#beingWritten.add(id);
    await this.#try('reservations could not be written', () => this.#store.ask('openReservations', this.#lessee, open));
    for (const { id } of open) this.#beingWritten.delete(id);
  }

  async #tick(): Promise<void> {
    const now = Date.now();
    await this.#settleRest(now - TICK_MS);
    const returned = this.#giveBack(now);
    if (!this.#lessee.alone || returned.length > 0) {
      const renewed = await this.#try('leases could not be renewed', () => this.#store.ask('renewLeases', this.#lessee, returned));
      if (renewed && !this.#lessee.alone) this.#trustedUntil = now + TRUST_MS;
      else if (!renewed && now < this.#trustedUntil) {
        for (const { counter, window, amount } of returned) this.#counter(counter, window).granted += amount;
      }
    }
    if (!this.#lessee.alone && now - this.#searchedAt > SEARCH_MS) {
      this.#searchedAt = now;
      await this.#try('instances that are gone could not be looked for', () => this.#clearAfter(null));
    }
  }

  /** Calls that were settled before a time, and for which no record came. */
  async #settleRest(before: number): Promise<void> {
    const rest = [...this.#settled].filter(([id, { at }]) => at <= before && !this.#beingWritten.has(id));
    if (rest.length === 0) return;
    for (const [id] of rest) this.#settled.delete(id);
    const settled = rest.map(([id, { charges }]) => ({ id, charges }));
    const done = await this.#try('use could not be settled', () => this.#store.ask('settle', this.#lessee.instance, settled));
    if (!done) for (const [id, entry] of rest) this.#settled.set(id, entry);
  }

  /** What lies idle is given back where others may need it, and what was leased for a window that is over. */
  #giveBack(now: number): { counter: string; window: number; amount: number }[] {
    const lapsed = now >= this.#trustedUntil;
    const returned: { counter: string; window: number; amount: number }[] = [];
    for (const [key, counter] of this.#counters) {
      const idle = now - counter.usedAt > TICK_MS;
      const { free } = counter;
      if (free > 0 && (lapsed || (idle && !this.#lessee.alone))) {
        counter.granted -= free;
        returned.push({ counter: counter.name, window: counter.windowId, amount: free });
      }
      // An hour: a window of a minute is over then, and one of a month is leased again when it is needed.
      if (counter.open === 0 && now - counter.usedAt > 3_600_000) {
        if (counter.free > 0) returned.push({ counter: counter.name, window: counter.windowId, amount: counter.free });
        this.#counters.delete(key);
      }
    }
    return returned;
  }

  async #clearAfter(instance: string | null): Promise<void> {
    const open = await this.#store.ask('clearAfter', instance);
    if (open.length === 0) return;
    this.#log.warn({ calls: open.slice(0, 100).map(({ id }) => id), count: open.length }, 'calls that a stopped process had under way are charged as they were reserved');
  }

  async #try(what: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const now = Date.now();
      if (now - (this.#told.get(what) ?? 0) > TELL_MS) {
        this.#told.set(what, now);
        this.#log.warn({ reason: error instanceof Error ? error.message : String(error) }, what);
      }
      return false;
    }
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

function nameOf(counter: string, windowId: number): string {
  return `${counter} ${windowId}`;
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
