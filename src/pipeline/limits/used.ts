import type { BudgetUse } from '../../ledger/ledger.ts';
import type { Call } from '../call.ts';

/** What a call has used of its limits: what it cost, and all tokens, those of attempts whose answer was lost included. */
export function usedBy(call: Call): BudgetUse {
  const { usage, cost } = call.meta();
  const tokens = call.lostAttempts.reduce((sum, lost) => sum + lost.usage.input + lost.usage.output, usage.input + usage.output);
  return { usd: cost.usd, tokens, requests: 1 };
}
