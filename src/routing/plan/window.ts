import type { Target } from '../target.ts';
import type { RequestFacts } from './facts.ts';

/** The estimate may be this much too high: only what is longer even so is not asked. */
const DOUBT = 0.75;

export type Fit = 'fits' | 'perhaps' | 'no';

/** Whether a request and its answer fit into a target's window. An unknown window takes all. */
export function fit({ contextWindow }: Target, facts: RequestFacts): Fit {
  if (contextWindow === null || facts.mostInputTokens + (facts.maxTokens ?? 0) <= contextWindow) return 'fits';
  if (facts.inputTokens * DOUBT >= contextWindow) return 'no';
  return facts.inputTokens + (facts.maxTokens ?? 0) > contextWindow ? 'perhaps' : 'fits';
}
