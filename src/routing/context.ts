import type { AttemptRecord, CallContext, Principal, Priority } from '../canonical/call.ts';
import type { TraceSpan } from '../canonical/trace.ts';
import type { JsonObject } from '../canonical/chat.ts';
import type { RoutedModel } from './target.ts';

/** What one call gives to its attempts, and where they leave their trail. */
export interface RouteContext {
  /** The caller's signal; an ensemble's or a race's also aborts, with an UpstreamFailure, for those that lost. */
  signal: AbortSignal;
  /** Every attempt, in the order in which they ended. */
  attempts: AttemptRecord[];
  /** When the call is over, as `performance.now()` counts (ms): the route's total or the caller's deadline. */
  endsAt: number;
  requestId: string;
  principal: Principal;
  metadata: JsonObject | null;
  priority: Priority;
  /** Regions that the request may go to; null for all. A stage of the pipeline sets it. */
  residency: readonly string[] | null;
  /** The caller can be told that an answer begins anew. */
  acceptsRestart: boolean;
  /** Attempts are parts of it; null where nothing is traced. */
  trace: TraceSpan | null;
}

export function routeContext(model: RoutedModel, call: CallContext, trace: TraceSpan | null = null): RouteContext {
  return {
    signal: call.signal,
    attempts: [],
    endsAt: Math.min(performance.now() + model.deadlines.totalMs, call.endsAt ?? Infinity),
    requestId: call.requestId,
    principal: call.principal,
    metadata: call.metadata,
    priority: call.priority ?? 'INTERACTIVE',
    residency: null,
    acceptsRestart: call.acceptsRestart ?? false,
    trace,
  };
}
