import type { RequestFacts } from '../plan/facts.ts';
import type { RouteModel, StrategyName, Target } from '../target.ts';
import { cheapest } from './cheapest.ts';
import { fastest } from './fastest.ts';
import { leastBusy } from './least-busy.ts';
import { weighted } from './weighted.ts';

/** In which order targets are asked. */
export interface Strategy {
  order(targets: readonly Target[], facts: RequestFacts, model: RouteModel): readonly Target[];
  /** Why a target has its place, for an operator. */
  why(target: Target, facts: RequestFacts): string;
}

const asListed: Strategy = { order: (targets) => targets, why: () => 'by its place in the config' };

const STRATEGIES: Record<StrategyName, Strategy> = {
  priority: asListed,
  weighted,
  fastest,
  cheapest,
  leastBusy,
  race: { order: (targets) => targets, why: () => 'all are asked at once; the first complete answer wins' },
};

export function strategyOf(name: StrategyName): Strategy {
  return STRATEGIES[name];
}
