import { KanonError } from '../../canonical/errors.ts';
import { BudgetRefusal, type BudgetLimit, type Budgets, type BudgetUse, type Reservation } from '../../ledger/ledger.ts';

/** What one call has reserved: at first, and more while its answer grows. */
export class CallReservation {
  readonly callId: string;
  readonly warnings: readonly string[];
  readonly #budgets: Budgets;
  readonly #limits: readonly BudgetLimit[];
  readonly #failOpen: boolean;
  readonly #first: Reservation;
  readonly #more: Reservation[] = [];
  #settled = false;

  constructor(budgets: Budgets, limits: readonly BudgetLimit[], failOpen: boolean, first: Reservation) {
    this.callId = first.callId;
    this.warnings = first.warnings;
    this.#budgets = budgets;
    this.#limits = limits;
    this.#failOpen = failOpen;
    this.#first = first;
  }

  /** All that is reserved. */
  get reserved(): BudgetUse {
    if (this.#more.length === 0) return this.#first.estimate;
    return [this.#first, ...this.#more].reduce<BudgetUse>((sum, { estimate }) => plus(sum, estimate), { usd: 0, tokens: 0, requests: 0 });
  }

  /** Reserves what is missing to so much; null where nothing is. @throws KanonError when a limit cannot carry it */
  cover(use: BudgetUse): Promise<void> | null {
    const { usd, tokens } = this.reserved;
    const more = { usd: use.usd === null ? null : Math.max(0, use.usd - (usd ?? 0)), tokens: Math.max(0, use.tokens - tokens), requests: 0 };
    return (more.usd ?? 0) > 0 || more.tokens > 0 ? this.extend(more) : null;
  }

  /** Reserves more. @throws KanonError when a limit cannot carry it */
  async extend(estimate: BudgetUse): Promise<void> {
    // A call is under way only once.
    const limits = this.#limits.filter(({ unit }) => unit !== 'CONCURRENT');
    const more = await this.#budgets.reserve([{ callId: `${this.callId}+${this.#more.length + 1}`, limits, estimate }], this.#failOpen);
    // It may have ended meanwhile, and then needs no more.
    if (this.#settled) for (const one of more) this.#budgets.release(one);
    else this.#more.push(...more);
  }

  /** Ends it with what was used; of USD null counts as it was reserved. The second time it does nothing. */
  settle(actual: BudgetUse): void {
    if (this.#settled) return;
    this.#settled = true;
    // All of it is charged to the first, which becomes durable together with the record of the call.
    this.#budgets.settle(this.#first, { ...actual, usd: actual.usd ?? this.reserved.usd });
    for (const one of this.#more) this.#budgets.release(one);
  }
}

/** A refusal in the middle of an answer. */
export function stopped(error: unknown): unknown {
  if (!(error instanceof BudgetRefusal)) return error;
  return new KanonError(error.code, `The answer is stopped, as it has used what was reserved for it. ${error.message}`, { details: error.details, cause: error });
}

function plus(a: BudgetUse, b: BudgetUse): BudgetUse {
  return { usd: a.usd === null && b.usd === null ? null : (a.usd ?? 0) + (b.usd ?? 0), tokens: a.tokens + b.tokens, requests: a.requests + b.requests };
}
