import type { Target } from '../target.ts';
import type { Strategy } from './strategy.ts';

/** First the one with the fewest attempts under way and waiting, for its weight. */
export const leastBusy: Strategy = {
  order: (targets) => targets.map((target) => ({ target, load: load(target) / target.weight })).sort((a, b) => a.load - b.load).map(({ target }) => target),
  why: (target) => `${target.state.gate.running} under way, ${target.state.gate.queued} waiting`,
};

function load({ state: { gate } }: Target): number {
  return gate.running + gate.queued;
}
