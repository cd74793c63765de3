import type { BudgetUse } from '../../ledger/ledger.ts';
import type { Call } from '../call.ts';

/**
 * What a call has used of its limits: its own usage, and what attempts used whose answer was lost on the way. The
 * lost ones are no part of the call's cost, but they are paid for.
 */
export function usedBy(call: Call): BudgetUse {
  const { usage, cost, answers, lost } = call;
  const unanswered = call.route.attempts.filter(({ outcome, usage }) => outcome !== 'OK' && usage !== undefined);
  // Of an answer that broke off, or that the caller left, the last attempt is the call's own usage already.
  const broken = answers.length > 0 || lost !== null ? !call.route.attempts.some(({ outcome }) => outcome === 'OK') : false;
  const others = broken ? unanswered.slice(0, -1) : unanswered;
  const costs = [cost.usd, ...others.map((attempt) => attempt.cost?.usd ?? 0)];
  return {
    usd: costs.includes(null) ? null : costs.reduce<number>((sum, usd) => sum + (usd ?? 0), 0),
    tokens: usage.input + usage.output + others.reduce((sum, attempt) => sum + (attempt.usage?.input ?? 0) + (attempt.usage?.output ?? 0), 0),
    requests: 1,
  };
}
