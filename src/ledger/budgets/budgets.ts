import type { Redis } from '../../redis/redis.ts';
import type { Log } from '../../telemetry/log.ts';
import type { AskStore } from '../store/ask.ts';
import { Attempts } from './attempts.ts';
import type { Charge, Lessee, Opened } from './charge.ts';
import { Counters, type Part } from './counter.ts';
import { DatabaseLender } from './database-lender.ts';
import type { Lender, Need } from './lender.ts';
import { type BudgetLimit, type BudgetUse, isBudget } from './limit.ts';
import { OpenCalls } from './open-calls.ts';
import { chargeOf, isLasting, missing, partsOf, refusalOf, settle, take } from './parts.ts';
import { RedisLender } from './redis/redis-lender.ts';
import { BudgetUnavailable } from './refusal.ts';
import { type BudgetStatus, statusFrom } from './status.ts';
import { Upkeep } from './upkeep.ts';

/** Milliseconds after which the lease of an instance that is gone is free again. Clocks must agree to a few seconds. */
const LEASE_MS = 10_000;
/** The same where no other instance exists. */
const ALONE_MS = 10 * 365 * 24 * 3_600_000;
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

/** What budgets stand on. */
export interface BudgetsOptions {
  store: AskStore;
  /** Where limits are leased from; null: from the store as well. */
  redis: Redis | null;
  /** The name of this instance. */
  instance: string;
  /** The same for Redis, which others may share even where the store is of this one alone. */
  member: string;
  /** No other instance spends from this store. */
  alone: boolean;
  log: Log;
}

/**
 * Limits of use: reserved before a call, settled after it. What this instance may spend lies in memory, leased, so that
 * a reservation costs no round trip, and all instances together never pass a limit. Budgets are leased from the store,
 * which never forgets, limits from Redis where there is one.
 */
export class Budgets {
  readonly #budgets: Lender;
  readonly #limits: Lender;
  readonly #calls: OpenCalls;
  readonly #lenderOf = (limit: BudgetLimit): Lender => (isBudget(limit) ? this.#budgets : this.#limits);

  constructor({ store, redis, instance, member, alone, log }: BudgetsOptions) {
    const lessee: Lessee = { instance, alone, leaseMs: alone ? ALONE_MS : LEASE_MS };
    const attempts = new Attempts(log);
    const counters = new Counters();
    this.#calls = new OpenCalls(store, lessee, attempts);
    const upkeep = new Upkeep({ store, lessee, counters, calls: this.#calls, attempts, log });
    this.#budgets = new DatabaseLender({ store, lessee, counters, upkeep, attempts });
    this.#limits = redis === null ? this.#budgets : new RedisLender({ redis, instance: member, attempts });
  }

  /** Settles what an earlier process of this data folder has left open. */
  async start(): Promise<void> {
    await Promise.all(this.#lenders.map((lender) => lender.start()));
  }

  /**
   * Reserves for one call or for several: all limits of all of them, or nothing.
   * @param failOpen let calls pass, with a warning, while the limits cannot be looked up
   * @throws BudgetRefusal when a limit cannot carry it; BudgetUnavailable when it cannot be looked up
   */
  async reserve(requests: readonly ReserveRequest[], failOpen = false): Promise<Reservation[]> {
    const now = Date.now();
    const shares = requests.map(({ limits, estimate }) => partsOf(limits, estimate, this.#lenderOf, now));
    const parts = shares.flat();
    // Far from every limit nothing has to be leased.
    if (missing(parts).length === 0) return requests.map((request, i) => this.#take(request, shares[i] ?? [], [], now));
    const warnings = new Set<string>();
    const passed = new Set<Lender>();
    for (let round = 0; round < ROUNDS; round++) {
      const needed = missing(parts.filter(({ lender }) => !passed.has(lender))).filter((need) => this.#mayHelp(need, warnings));
      if (needed.length === 0) return requests.map((request, i) => this.#take(request, shares[i] ?? [], [...warnings], Date.now()));
      await Promise.all(
        this.#lenders.map(async (lender) => {
          const needs = needed.filter(({ part }) => part.lender === lender);
          if (needs.length > 0 && !(await this.#lease(lender, needs, failOpen, warnings))) passed.add(lender);
        }),
      );
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
      const used = settle(part, actual);
      if (used > 0) this.#charge(chargeOf(part, used, now), part, charges);
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

  /** See `OpenCalls.goAlong`: reservations are written along with the records of calls. */
  goAlong(due: () => void): void {
    this.#calls.goAlong(due);
  }

  /** See `OpenCalls.along`. */
  along(commit: (opened: Opened) => Promise<void>): Promise<void> {
    return this.#calls.along(commit);
  }

  /** Where limits stand, all instances together. @throws BudgetUnavailable when that cannot be looked up */
  async status(limits: readonly BudgetLimit[]): Promise<BudgetStatus[]> {
    const asked = await this.#standings(limits);
    const failed = asked.find((one) => 'error' in one);
    if (failed !== undefined) throw new BudgetUnavailable(failed.error);
    const found = new Map(asked.flatMap(known).map((status) => [status.limit, status]));
    return limits.flatMap((limit) => found.get(limit) ?? []);
  }

  /** The same of those that can be looked up. */
  async statusAsKnown(limits: readonly BudgetLimit[]): Promise<BudgetStatus[]> {
    return (await this.#standings(limits)).flatMap(known);
  }

  /** The limits may be others from now on: what was leased under the old ones and is not in use is given back. Never throws. */
  async limitsChanged(): Promise<void> {
    await Promise.all(this.#lenders.map((lender) => lender.giveBack()));
  }

  /** Writes what is settled, and gives all leases back; what fails is made up for by the next start. */
  async close(): Promise<void> {
    await this.#calls.close();
    await Promise.all(this.#lenders.map((lender) => lender.close()));
  }

  get #lenders(): readonly Lender[] {
    return [...new Set([this.#budgets, this.#limits])];
  }

  /** Each lender apart: one may be out of reach. */
  async #standings(limits: readonly BudgetLimit[]): Promise<(BudgetStatus[] | { error: unknown })[]> {
    const now = Date.now();
    return await Promise.all(
      this.#lenders.map((lender) => {
        const own = limits.filter((limit) => this.#lenderOf(limit) === lender);
        return statusFrom(lender, own, now).catch((error: unknown) => ({ error }));
      }),
    );
  }

  /** False for a soft limit that is used up: it only warns. @throws BudgetRefusal for one that is not soft */
  #mayHelp({ part, amount }: Need, warnings: Set<string>): boolean {
    if (!part.counter.isDenied(amount, Date.now())) return true;
    const refusal = refusalOf(part);
    if (part.limit.soft !== true) throw refusal;
    warnings.add(refusal.message);
    return false;
  }

  /**
   * @returns whether the lender has answered
   * @throws BudgetUnavailable when it has not, and calls do not pass then; BudgetRefusal when its last word will do
   */
  async #lease(lender: Lender, needs: readonly Need[], failOpen: boolean, warnings: Set<string>): Promise<boolean> {
    try {
      await lender.lease(needs);
      return true;
    } catch (error) {
      const now = Date.now();
      const denied = needs.find(({ part, amount }) => part.limit.soft !== true && part.counter.wasDenied(amount, now));
      if (denied !== undefined) throw refusalOf(denied.part);
      if (!failOpen && needs.some(({ part }) => part.limit.soft !== true)) throw new BudgetUnavailable(error);
      warnings.add(`The ${lender.lends} could not be checked.`);
      return false;
    }
  }

  /** With the record of the call where it must last, else with whoever has lent it. */
  #charge(charge: Charge, { lender, counter }: Part, charges: Charge[]): void {
    if (lender.used === undefined) charges.push(charge);
    else lender.used(counter, charge.amount, charge.bucket, charge.forgottenAt);
  }

  #take(request: ReserveRequest, parts: readonly Part[], warnings: string[], now: number): Reservation {
    const lasting: Charge[] = [];
    for (const part of parts) {
      take(part);
      if (isLasting(part, now)) lasting.push(chargeOf(part, part.amount, now));
    }
    if (lasting.length > 0) this.#calls.opened(request.callId, lasting);
    const reservation: OpenReserve = { callId: request.callId, estimate: request.estimate, warnings, parts, settled: false };
    return reservation;
  }
}

function known(found: BudgetStatus[] | { error: unknown }): BudgetStatus[] {
  return 'error' in found ? [] : found;
}
