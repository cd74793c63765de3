import { costAt } from '../../canonical/price.ts';
import { NO_USAGE } from '../../canonical/usage.ts';
import type { RequestFacts } from '../plan/facts.ts';
import { askedTier, withTier } from '../service-tier.ts';
import type { Target } from '../target.ts';
import type { Strategy } from './strategy.ts';

/** What the request will probably cost at a target in USD; null where its price is not known. */
export function estimatedCost(target: Target, facts: RequestFacts): number | null {
  const output = Math.min(facts.outputTokens, target.maxOutputTokens ?? Infinity);
  return costAt(withTier({ ...NO_USAGE, input: facts.inputTokens, output }, askedTier(target)), target.price).usd;
}

/** First the one where this request costs least; those without a known price come last. */
export const cheapest: Strategy = {
  order(targets, facts) {
    const scored = targets.map((target) => ({ target, usd: estimatedCost(target, facts) ?? Infinity }));
    // Infinity less itself is no number.
    return scored.sort((a, b) => (a.usd === b.usd ? 0 : a.usd - b.usd)).map(({ target }) => target);
  },
  why(target, facts) {
    const usd = estimatedCost(target, facts);
    return usd === null ? 'has no known price' : `about ${usd.toFixed(6)} USD`;
  },
};
