import type { Charge } from './charge.ts';
import type { Part } from './counter.ts';
import type { Lender, Need } from './lender.ts';
import { type BudgetLimit, type BudgetUse, counterOf } from './limit.ts';
import { BudgetRefusal, counted, shown } from './refusal.ts';
import { windowAt } from './window.ts';

/** Use that is forgotten within so many milliseconds is not worth a durable reservation. */
const BRIEF_MS = 120_000;

/** What a use takes of each limit. */
export function partsOf(limits: readonly BudgetLimit[], estimate: BudgetUse, lenderOf: (limit: BudgetLimit) => Lender, now: number): Part[] {
  const parts: Part[] = [];
  for (const limit of tightest(limits)) {
    const amount = useOf(limit, estimate) ?? 0;
    if (amount <= 0) continue;
    const window = windowAt(limit, now);
    const lender = lenderOf(limit);
    const counter = lender.counters.get(counterOf(limit), window.id);
    counter.usedAt = now;
    parts.push({ lender, limit, window, counter, amount, leased: false });
  }
  return parts;
}

/** Counters that have not enough for all the parts together, with what they miss. */
export function missing(parts: readonly Part[]): Need[] {
  // Far from every limit each part finds enough by itself, with room for all the others.
  if (parts.every(({ lender, counter, amount }) => lender.isTrusted && counter.free >= amount * parts.length)) return [];
  const needs = new Map<Part['counter'], Need>();
  for (const part of parts) {
    const need = needs.get(part.counter);
    if (need === undefined) needs.set(part.counter, { part, amount: part.amount });
    else need.amount += part.amount;
  }
  return [...needs.values()].flatMap(({ part, amount }) => {
    const free = part.lender.isTrusted ? part.counter.free : 0;
    return free >= amount ? [] : [{ part, amount: amount - free }];
  });
}

/** By the list of limits, which is the same one for all calls of a principal to a model. */
const knownTightest = new WeakMap<readonly BudgetLimit[], readonly BudgetLimit[]>();

/** Of limits that share a counter the one that ends first holds the others as well. */
function tightest(limits: readonly BudgetLimit[]): readonly BudgetLimit[] {
  const known = knownTightest.get(limits);
  if (known !== undefined) return known;
  const byCounter = new Map<string, BudgetLimit>();
  for (const limit of limits) {
    const name = counterOf(limit);
    const other = byCounter.get(name);
    if (other === undefined || limit.amount < other.amount) byCounter.set(name, limit);
  }
  const found = [...byCounter.values()];
  knownTightest.set(limits, found);
  return found;
}

/** Reserves. What no lease carries is let in all the same, and counted apart: it is for the caller to refuse that. */
export function take(part: Part): void {
  const { lender, counter, amount } = part;
  part.leased = lender.isTrusted && counter.free >= amount;
  if (part.leased) counter.open += amount;
  else counter.unleased += amount;
}

/** Ends a reservation. @returns what was used of the limit, as it was reserved where that is not known */
export function settle({ lender, limit, counter, amount, leased }: Part, actual: BudgetUse): number {
  if (leased) counter.open -= amount;
  else counter.unleased -= amount;
  // Over with the call.
  if (limit.unit === 'CONCURRENT') return 0;
  const used = useOf(limit, actual) ?? amount;
  if (leased) counter.granted -= used;
  else if (lender.used === undefined) counter.unrecorded += used;
  // Redis is told of it from now on: what was leased beside it, so that it had room, would count twice.
  else counter.giveUp(used);
  return used;
}

/** How much of a limit a use takes; null where it is not known. */
function useOf(limit: BudgetLimit, use: BudgetUse): number | null {
  if (limit.unit === 'CONCURRENT') return 1;
  const amount = limit.unit === 'USD' ? use.usd : limit.unit === 'TOKENS' ? use.tokens : use.requests;
  return amount === null ? null : counted(limit, amount);
}

/** Worth being written down, should this process die. */
export function isLasting({ lender, limit, window }: Part, now: number): boolean {
  return lender.used === undefined && limit.unit !== 'CONCURRENT' && window.forgottenAt - now > BRIEF_MS;
}

export function refusalOf({ limit, window, counter }: Part): BudgetRefusal {
  return new BudgetRefusal(limit, shown(limit, counter.left), new Date(window.resetsAt));
}

/** A calendar's window is that of the reservation; a sliding one counts from the settlement on. */
export function chargeOf({ limit, window, counter, leased }: Part, amount: number, now: number): Charge {
  const { bucket, forgottenAt } = limit.window === 'SLIDING' ? windowAt(limit, now) : window;
  return { counter: counter.name, bucket, amount, forgottenAt, window: leased ? counter.windowId : null };
}
