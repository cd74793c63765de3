import type { TraceAttributes } from '../../canonical/trace.ts';
import type { EndedSpan } from './tracer.ts';

const KINDS = { internal: 1, server: 2, client: 3 } as const;
const ERROR = 2;

/**
 * Spans as OTLP/HTTP takes them in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 * @param resource who tells, such as `service.name`
 */
export function toOtlp(spans: readonly EndedSpan[], resource: TraceAttributes): unknown {
  const scopeSpans = [{ scope: { name: 'kanon' }, spans: spans.map(spanOf) }];
  return { resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans }] };
}

function spanOf({ traceId, spanId, parentId, name, kind, start, end, attributes, failed }: EndedSpan): unknown {
  return {
    traceId,
    spanId,
    ...(parentId !== null && { parentSpanId: parentId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
    attributes: attributesOf(attributes),
    ...(failed && { status: { code: ERROR } }),
  };
}

function attributesOf(attributes: TraceAttributes): unknown[] {
  return Object.entries(attributes).flatMap(([key, value]) => (value == null ? [] : [{ key, value: valueOf(value) }]));
}

function valueOf(value: string | number | boolean | readonly string[]): unknown {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      return { arrayValue: { values: value.map((one) => ({ stringValue: one })) } };
  }
}
