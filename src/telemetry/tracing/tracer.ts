import { randomBytes } from 'node:crypto';
import type { TraceAttributes, TraceSpan } from '../../canonical/trace.ts';
import { formatTraceparent, parseTraceparent, type TraceContext } from './traceparent.ts';

export type SpanKind = 'internal' | 'server' | 'client';

/** A span that is over. */
export interface EndedSpan extends TraceContext {
  /** Null for the first of a trace. */
  parentId: string | null;
  name: string;
  kind: SpanKind;
  /** Nanoseconds since 1970. */
  start: bigint;
  end: bigint;
  attributes: TraceAttributes;
  failed: boolean;
}

/** Where spans go when they have ended. Must not throw, and must not wait. */
export type SpanSink = (span: EndedSpan) => void;

/** Begins traces, or goes on with those of callers. */
export class Tracer {
  readonly #sink: SpanSink;
  readonly #share: number;

  /** @param share of the traces that begin here and are kept, 0 to 1; those of callers are kept where the caller does */
  constructor(sink: SpanSink, share: number) {
    this.#sink = sink;
    this.#share = share;
  }

  /** A span for a request. @param traceparent of whoever sent it */
  start(name: string, traceparent: unknown): TraceSpan {
    const parent = parseTraceparent(traceparent);
    return new Span(this.#sink, this.#context(parent), parent?.spanId ?? null, name, 'server');
  }

  /** The place of whoever sent a request, for work that has no span of its own here. */
  place(traceparent: unknown): TraceSpan {
    return new Place(this.#sink, parseTraceparent(traceparent) ?? null, this.#context(null));
  }

  #context(parent: TraceContext | null): TraceContext {
    return parent === null ? { traceId: hex(16), spanId: hex(8), sampled: Math.random() < this.#share } : { ...parent, spanId: hex(8) };
  }
}

class Span implements TraceSpan {
  readonly #sink: SpanSink;
  readonly #context: TraceContext;
  readonly #parentId: string | null;
  readonly #name: string;
  readonly #kind: SpanKind;
  readonly #start = now();
  readonly #attributes: Record<string, TraceAttributes[string]> = {};
  #failed = false;
  #ended = false;

  constructor(sink: SpanSink, context: TraceContext, parentId: string | null, name: string, kind: SpanKind) {
    this.#sink = sink;
    this.#context = context;
    this.#parentId = parentId;
    this.#name = name;
    this.#kind = kind;
  }

  get traceparent(): string {
    return formatTraceparent(this.#context);
  }

  child(name: string, kind: 'internal' | 'client' = 'internal'): TraceSpan {
    return new Span(this.#sink, { ...this.#context, spanId: hex(8) }, this.#context.spanId, name, kind);
  }

  set(attributes: TraceAttributes): void {
    if (this.#context.sampled) Object.assign(this.#attributes, attributes);
  }

  fail(type: string): void {
    this.#failed = true;
    this.set({ 'error.type': type });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#context.sampled) return;
    this.#sink({ ...this.#context, parentId: this.#parentId, name: this.#name, kind: this.#kind, start: this.#start, end: now(), attributes: this.#attributes, failed: this.#failed });
  }
}

/** Stands for work elsewhere: only its parts are spans of ours. */
class Place implements TraceSpan {
  readonly #sink: SpanSink;
  readonly #context: TraceContext;
  readonly #parentId: string | null;

  constructor(sink: SpanSink, caller: TraceContext | null, fresh: TraceContext) {
    this.#sink = sink;
    this.#context = caller ?? fresh;
    this.#parentId = caller?.spanId ?? null;
  }

  get traceparent(): string {
    return formatTraceparent(this.#context);
  }

  child(name: string, kind: SpanKind = 'internal'): TraceSpan {
    return new Span(this.#sink, { ...this.#context, spanId: hex(8) }, this.#parentId, name, kind);
  }

  set(): void {}
  fail(): void {}
  end(): void {}
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

const EPOCH = BigInt(Math.round(performance.timeOrigin * 1_000)) * 1_000n;

/** Does not jump when the clock is set. */
function now(): bigint {
  return EPOCH + BigInt(Math.round(performance.now() * 1_000)) * 1_000n;
}
