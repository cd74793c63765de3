import type { BudgetUse } from '../../ledger/ledger.ts';
import type { Call } from '../call.ts';

/** What a call has used of its limits: what it cost, and all tokens, those of attempts whose answer was lost included. */
export function usedBy(call: Call): BudgetUse {
  const used = [call.usage, ...call.lostAttempts.map(({ usage }) => usage)];
  return { usd: call.cost.usd, tokens: used.reduce((sum, { input, output }) => sum + input + output, 0), requests: 1 };
}
