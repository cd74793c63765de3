import type { Operation, OperationRequests } from '../../canonical/results.ts';
import type { RouteContext } from '../context.ts';
import { RequestFacts, shapeOf } from '../plan/facts.ts';
import type { RoutedModel } from '../target.ts';
import { mismatch } from './when.ts';

/** Which targets of a model are for a request, by their place; null where all are for all requests. */
export function targetsFor<O extends Operation>({ targets }: RoutedModel, operation: O, request: OperationRequests[O], context: RouteContext): number[] | null {
  if (targets.every(({ when }) => when === null)) return null;
  const facts = new RequestFacts(shapeOf(operation, request), context);
  return targets.flatMap(({ when }, index) => (when === null || mismatch(when, facts) === null ? [index] : []));
}
