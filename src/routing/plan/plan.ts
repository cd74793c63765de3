import { KanonError } from '../../canonical/errors.ts';
import type { RouteContext } from '../context.ts';
import { strategyOf } from '../strategies/strategy.ts';
import type { RouteModel, Target } from '../target.ts';
import { mismatch } from '../when/when.ts';
import type { RequestFacts } from './facts.ts';
import { outside, ResidencyError } from './residency.ts';
import { fit } from './window.ts';

/** Why a target is not asked: where it is, what it is for, or that the request does not fit into it. */
export type LeftOut = { target: Target; cause: 'region' | 'when' | 'window' | 'refusals'; reason: string };

export interface RoutePlan {
  /** In the order in which they are asked. */
  targets: readonly Target[];
  /** Asked when another has refused the content. */
  forRefusals: readonly Target[];
  left: readonly LeftOut[];
}

/**
 * Which targets are asked for a request, and in what order; at least one.
 * @throws KanonError when none is for the request
 */
export function planRoute(model: RouteModel, facts: RequestFacts, context: Pick<RouteContext, 'residency'>): RoutePlan {
  const plan = draftPlan(model, facts, context);
  if (plan.targets.length === 0) throw nowhere(model, plan.left, context.residency);
  return plan;
}

/** The same, but it may be that no target is for the request. */
export function draftPlan(model: RouteModel, facts: RequestFacts, context: Pick<RouteContext, 'residency'>): RoutePlan {
  const left: LeftOut[] = [];
  const eligible: Target[] = [];
  const forRefusals: Target[] = [];
  for (const target of model.targets) {
    const out = leftOut(target, facts, context.residency);
    if (out !== null) left.push(out);
    else if (target.onRefusal) forRefusals.push(target);
    else eligible.push(target);
  }
  const ordered = strategyOf(model.strategy).order(eligible, facts, model);
  return { targets: fittingFirst(ordered, facts), forRefusals, left };
}

function leftOut(target: Target, facts: RequestFacts, residency: readonly string[] | null): LeftOut | null {
  const elsewhere = outside(target, residency);
  if (elsewhere !== null) return { target, cause: 'region', reason: elsewhere };
  const unlike = target.when === null ? null : mismatch(target.when, facts);
  if (unlike !== null) return { target, cause: 'when', reason: unlike };
  if (fit(target, facts) === 'no') return { target, cause: 'window', reason: `the request (about ${facts.inputTokens} tokens) is longer than its window` };
  return null;
}

/** Those that the request fits into only perhaps are asked last. */
function fittingFirst(targets: readonly Target[], facts: RequestFacts): readonly Target[] {
  const tight = targets.filter((target) => target.contextWindow !== null && fit(target, facts) === 'perhaps');
  return tight.length === 0 ? targets : [...targets.filter((target) => !tight.includes(target)), ...tight];
}

/** Why there is nobody to ask: what is most in the caller's hands is told. */
export function nowhere(model: RouteModel, left: readonly LeftOut[], residency: readonly string[] | null): KanonError {
  const details = { model: model.name };
  if (left.some(({ cause }) => cause === 'window')) {
    return new KanonError('CONTEXT_LENGTH_EXCEEDED', 'The request is longer than the window of every target of the model; shorten it.', { details });
  }
  if (left.some(({ cause }) => cause === 'when')) {
    return new KanonError('BAD_USER_INPUT', `No target of the model "${model.name}" is for such a request; ask another model.`, { details });
  }
  if (left.length > 0) return new ResidencyError(model, residency);
  return new KanonError('UPSTREAM_UNAVAILABLE', `The model "${model.name}" has only targets for refused requests.`, { details });
}
