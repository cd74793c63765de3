import { KanonError } from '../../canonical/errors.ts';
import { toUsd } from '../money.ts';
import { type BudgetLimit, isBudget } from './limit.ts';

/** A limit cannot carry the request: says which, how much is left and when it resets. */
export class BudgetRefusal extends KanonError {
  override readonly name = 'BudgetRefusal';
  readonly limit: BudgetLimit;
  /** USD, tokens, requests or calls. */
  readonly left: number;
  readonly resetsAt: Date;

  constructor(limit: BudgetLimit, left: number, resetsAt: Date) {
    super(isBudget(limit) ? 'BUDGET_EXCEEDED' : 'RATE_LIMITED', message(limit, left, resetsAt), {
      details: {
        retryAfterMs: Math.max(1, resetsAt.getTime() - Date.now()),
        budget: { scope: limit.scope.kind, unit: limit.unit, amount: limit.amount, per: limit.unit === 'CONCURRENT' ? null : limit.per },
        left,
        resetsAt: resetsAt.toISOString(),
      },
    });
    this.limit = limit;
    this.left = left;
    this.resetsAt = resetsAt;
  }
}

/** The limits cannot be looked up, and the policy says that nothing passes then. */
export class BudgetUnavailable extends KanonError {
  override readonly name = 'BudgetUnavailable';

  constructor(cause: unknown) {
    super('RATE_LIMITED', 'The budgets cannot be checked just now; try again soon.', { details: { retryAfterMs: 1_000 }, cause });
  }
}

function message(limit: BudgetLimit, left: number, resetsAt: Date): string {
  const whose = limit.scope.kind.toLowerCase();
  if (limit.unit === 'CONCURRENT') return `This ${whose} may have ${limit.amount} calls under way at once; end one first.`;
  const unit = limit.unit === 'USD' ? 'USD' : limit.unit.toLowerCase();
  const rest = `${left} ${unit} left`;
  return `The limit of ${limit.amount} ${unit} per ${limit.per.toLowerCase()} for this ${whose} cannot carry the request: ${rest}, more at ${resetsAt.toISOString()}.`;
}

/** Amounts are counted in whole nano-USD, tokens, requests. */
export function counted(limit: BudgetLimit, amount: number): number {
  return limit.unit === 'USD' ? Math.round(amount * 1e9) : Math.ceil(amount);
}

/** The other way. */
export function shown(limit: BudgetLimit, count: number): number {
  return limit.unit === 'USD' ? toUsd(count) : count;
}
