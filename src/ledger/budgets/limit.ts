/** Whom a limit counts: one counter for all calls of the same key, app, user, team or model. */
export interface BudgetScope {
  kind: 'KEY' | 'APP' | 'USER' | 'TEAM' | 'MODEL';
  id: string;
}

export type BudgetUnit = 'USD' | 'TOKENS' | 'REQUESTS' | 'CONCURRENT';
export type BudgetPeriod = 'MINUTE' | 'HOUR' | 'DAY' | 'MONTH';

/** How much a scope may use in a time. */
export interface BudgetLimit {
  scope: BudgetScope;
  /** CONCURRENT counts calls under way; it has no period. */
  unit: BudgetUnit;
  /** USD, tokens, requests or calls. */
  amount: number;
  per: BudgetPeriod;
  /** CALENDAR: begins anew with each minute, hour, day or month of UTC. SLIDING: the last so many; a month is 30 days. */
  window: 'CALENDAR' | 'SLIDING';
  /** Only warns. */
  soft?: boolean;
}

/** What a call uses; of USD null where it is not known. */
export interface BudgetUse {
  usd: number | null;
  tokens: number;
  requests: number;
}

/**
 * A budget is what may be spent, in money or over a day or a month, and must not be forgotten. The others are limits:
 * they only hold how fast it goes.
 */
export function isBudget({ unit, per }: BudgetLimit): boolean {
  return unit === 'USD' || (unit !== 'CONCURRENT' && (per === 'DAY' || per === 'MONTH'));
}

const names = new WeakMap<BudgetLimit, string>();

/** The counter of a limit: limits that differ in the amount alone share it, so that a new amount keeps what was used. */
export function counterOf(limit: BudgetLimit): string {
  let name = names.get(limit);
  if (name === undefined) {
    const { scope, unit, per, window, soft } = limit;
    const what = unit === 'CONCURRENT' ? unit : `${unit}:${per}:${window}`;
    name = `${scope.kind}:${what}:${soft === true ? 'SOFT:' : ''}${scope.id}`;
    names.set(limit, name);
  }
  return name;
}
