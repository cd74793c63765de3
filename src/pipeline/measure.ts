import { KanonError } from '../canonical/errors.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';
import type { Stage } from './stage.ts';

/** Counts and times every call. Stands before all stages, so that it sees what they have made of the call. */
export function measure(metrics: Pick<Metrics, 'callEnded'>): Stage {
  return {
    name: 'measure',
    leave(call, outcome) {
      const code = outcome.type !== 'error' ? null : outcome.error instanceof KanonError ? outcome.error.code : 'INTERNAL';
      metrics.callEnded({ operation: call.operation, app: call.context.principal.app, outcome: outcome.type, code, meta: call.meta() });
    },
  };
}
