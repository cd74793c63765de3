import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TraceSpan } from '../../canonical/trace.ts';
import type { Tracer } from '../../telemetry/tracing/tracer.ts';

const spans = new WeakMap<IncomingMessage, TraceSpan>();

/** Begins the span of a request; it ends with the response. Attributes as in OpenTelemetry's conventions for HTTP. */
export function traceRequest(tracer: Tracer | null, request: IncomingMessage, response: ServerResponse, requestId: string): void {
  if (tracer === null) return;
  const method = request.method ?? 'GET';
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const span = tracer.start(`${method} ${path.startsWith('/v1/') ? '/v1' : path.slice(0, 64)}`, request.headers['traceparent']);
  span.set({ 'http.request.method': method, 'url.path': path.slice(0, 256), 'kanon.request.id': requestId });
  spans.set(request, span);
  response.once('close', () => {
    span.set({ 'http.response.status_code': response.statusCode });
    if (response.statusCode >= 500) span.fail(String(response.statusCode));
    else if (!response.writableFinished) span.fail('closed');
    span.end();
  });
}

/** What a request gives to the trace of its calls. */
export function traceOf(request: IncomingMessage): { trace?: TraceSpan } {
  const span = spans.get(request);
  return span === undefined ? {} : { trace: span };
}
