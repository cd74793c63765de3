import type { BudgetLimit, BudgetStatus } from '../../ledger/ledger.ts';
import { counterOf } from '../../ledger/budgets/limit.ts';

/** Budgets whose state is looked up for alerts and metrics. */
const MOST = 200;

/** The budgets that calls of late were under, the last ones of very many. Limits of a minute or of calls under way are none. */
export class SeenBudgets implements Iterable<BudgetLimit> {
  readonly #seen = new Map<string, BudgetLimit>();
  /** Those of the last call, which stand at the end already. */
  #latest: readonly BudgetLimit[] | null = null;

  add(limits: readonly BudgetLimit[]): void {
    if (limits === this.#latest) return;
    this.#latest = limits;
    for (const limit of limits) {
      if (limit.unit === 'CONCURRENT' || limit.per === 'MINUTE') continue;
      const name = counterOf(limit);
      this.#seen.delete(name);
      this.#seen.set(name, limit);
      const [oldest] = this.#seen.keys();
      if (this.#seen.size > MOST && oldest !== undefined) this.#seen.delete(oldest);
    }
  }

  /** The config may say something else of them now. */
  clear(): void {
    this.#seen.clear();
    this.#latest = null;
  }

  [Symbol.iterator](): Iterator<BudgetLimit> {
    return this.#seen.values();
  }
}

/** How far a budget is used up, for alerts. */
export function budgetReading({ limit, spent, reserved }: BudgetStatus): { subject: string; share: number } {
  const { scope, amount, unit, per } = limit;
  const subject = `${scope.kind.toLowerCase()} ${scope.id} (${amount} ${unit === 'USD' ? 'USD' : unit.toLowerCase()} a ${per.toLowerCase()})`;
  // To nine digits: 0.08 of 0.1 is 0.8.
  return { subject, share: Math.round(((spent + reserved) / amount) * 1e9) / 1e9 };
}
