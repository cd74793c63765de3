import type { Lender } from './lender.ts';
import { type BudgetLimit, counterOf } from './limit.ts';
import { counted, shown } from './refusal.ts';
import { windowAt } from './window.ts';

export interface BudgetStatus {
  limit: BudgetLimit;
  /** USD, tokens, requests or calls; by all instances. */
  spent: number;
  /** Reserved or leased, and not yet spent. */
  reserved: number;
  left: number;
  resetsAt: Date;
}

/** Where limits of one lender stand. */
export async function statusFrom(lender: Lender, limits: readonly BudgetLimit[], now: number): Promise<BudgetStatus[]> {
  if (limits.length === 0) return [];
  const windows = limits.map((limit) => windowAt(limit, now));
  const found = await lender.standing(limits.map((limit, i) => ({ counter: counterOf(limit), window: windows[i]?.id ?? 0, from: windows[i]?.from ?? 0 })));
  return limits.map((limit, i) => {
    const { spent = 0, leased = 0 } = found[i] ?? {};
    // What this instance has leased and not reserved is not used: it only lies here.
    const idle = Math.max(0, lender.counters.get(counterOf(limit), windows[i]?.id ?? 0).free);
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
