import type { Principal } from '../canonical/call.ts';
import type { JsonObject } from '../canonical/chat.ts';
import { InputError, KanonError } from '../canonical/errors.ts';
import type { ModelCatalog } from '../routing/catalog.ts';
import { explainRoute, type Explanation } from '../routing/explain.ts';
import { healthOfModel, type TargetHealth } from '../routing/health.ts';
import type { RequestShape } from '../routing/plan/facts.ts';
import type { RoutedModel } from '../routing/target.ts';

export type { Explanation, RequestShape, TargetHealth };

/** Who asks, and what the request says of itself. */
export interface ExplainContext {
  principal: Principal;
  metadata: JsonObject | null;
  /** Regions that the principal's data may go to; null for all. */
  residency: readonly string[] | null;
}

/**
 * Says which targets a chat request would go to.
 * @param model null is the default model
 * @throws InputError when there is no such model for chat
 */
export function explainChat(catalog: ModelCatalog, model: string | null, shape: RequestShape, context: ExplainContext): Explanation {
  const resolved = catalog.resolve('CHAT', model, 'input.model');
  if (resolved.kind !== 'route') throw new InputError('input.model', 'is an ensemble, which asks all its members.');
  return explainRoute(resolved, shape, context);
}

/**
 * How the targets of a model are. Public names tell no vendor, so that this is for operators.
 * @throws KanonError FORBIDDEN
 */
export function modelHealth(model: RoutedModel, principal: Principal): TargetHealth[] {
  assertOperator(principal);
  return healthOfModel(model);
}

/** @throws KanonError FORBIDDEN without the scope `operate` */
export function assertOperator({ scopes }: Principal): void {
  if (scopes.includes('*') || scopes.includes('operate')) return;
  throw new KanonError('FORBIDDEN', 'This needs the scope "operate"; ask the operator for a key that has it.', { details: { scope: 'operate' } });
}
