import type { ServerResponse } from 'node:http';
import type { CallContext } from '../canonical/call.ts';
import { KanonError } from '../canonical/errors.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';

const SCOPES = ['operate', '*'];

/**
 * `GET /metrics`, for Prometheus: it names vendors and apps, so that it wants a key with the scope `operate`.
 * @throws KanonError FORBIDDEN
 */
export async function sendMetrics(response: ServerResponse, metrics: Pick<Metrics, 'text' | 'contentType'>, call: CallContext): Promise<void> {
  if (!call.principal.scopes.some((scope) => SCOPES.includes(scope))) {
    throw new KanonError('FORBIDDEN', 'Metrics need the scope "operate".', { details: { scope: 'operate' } });
  }
  response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
}
