import type { KanonError } from '../canonical/errors.ts';
import type { RouteContext } from './context.ts';
import { healthOf, type TargetHealth } from './health.ts';
import { RequestFacts, type RequestShape } from './plan/facts.ts';
import { draftPlan, nowhere } from './plan/plan.ts';
import { estimatedCost } from './strategies/cheapest.ts';
import { strategyOf } from './strategies/strategy.ts';
import type { RouteModel, StrategyName, Target } from './target.ts';

/** What a request would meet, worked out without asking anybody. */
export interface Explanation {
  model: string;
  strategy: StrategyName;
  /** Estimated. */
  inputTokens: number;
  outputTokens: number;
  /** Those that are asked, in their order, then the others. */
  targets: ExplainedTarget[];
  /** Why nobody can be asked; null when somebody can. */
  error: KanonError | null;
}

export interface ExplainedTarget {
  provider: string;
  targetModel: string;
  /** 1 for the first that is asked; null for one that is not. */
  place: number | null;
  /** Why it has its place or has none, in a sentence. */
  reason: string;
  /** What the request would probably cost there in USD. */
  cost: { usd: number | null };
  health: TargetHealth;
}

/** Works out which targets a request would go to, in what order, why, and at what cost. */
export function explainRoute(model: RouteModel, shape: RequestShape, context: Pick<RouteContext, 'principal' | 'metadata' | 'residency'>): Explanation {
  const facts = new RequestFacts(shape, context);
  const plan = draftPlan(model, facts, context);
  const why = (target: Target): string => strategyOf(model.strategy).why(target, facts);
  const explained = (target: Target, place: number | null, reason: string): ExplainedTarget => {
    const health = healthOf(target);
    const wait = health.waitMs > 0 ? `; left alone for ${Math.ceil(health.waitMs)} ms` : '';
    return { provider: health.provider, targetModel: target.targetModel, place, reason: reason + wait, cost: { usd: estimatedCost(target, facts) }, health };
  };
  return {
    model: model.name,
    strategy: model.strategy,
    inputTokens: facts.inputTokens,
    outputTokens: facts.outputTokens,
    targets: [
      ...plan.targets.map((target, index) => explained(target, index + 1, why(target))),
      ...plan.forRefusals.map((target) => explained(target, null, 'is asked only when another has refused the content')),
      ...plan.left.map(({ target, reason }) => explained(target, null, reason)),
    ],
    error: plan.targets.length === 0 ? nowhere(model, plan.left, context.residency) : null,
  };
}
