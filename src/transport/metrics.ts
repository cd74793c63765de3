import type { ServerResponse } from 'node:http';
import type { CallContext } from '../canonical/call.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';
import { requireScope } from './scope.ts';

/**
 * `GET /metrics`, for Prometheus: it names vendors and apps, so that it wants a key with the scope `operate`.
 * @throws ScopeError
 */
export async function sendMetrics(response: ServerResponse, metrics: Pick<Metrics, 'text' | 'contentType'>, call: CallContext): Promise<void> {
  requireScope(call.principal, ['operate']);
  response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
}
