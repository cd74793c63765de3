import type { AttemptRecord } from '../../canonical/call.ts';
import type { FailureKind } from '../../canonical/failure.ts';
import type { Operation } from '../../canonical/results.ts';
import type { TraceSpan } from '../../canonical/trace.ts';
import type { RoutedModel, Target } from '../target.ts';

/** As OpenTelemetry names operations of generative models; what is asked through chat is chat. */
const NAMES = { CHAT: 'chat', SENTIMENT: 'chat', VISION: 'chat', EMBED: 'embeddings' } as const satisfies Record<Operation, string>;

/** A request to a target, with the attributes of https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/. */
export function traceAttempt(call: TraceSpan, { operation }: RoutedModel, { provider, targetModel, region }: Target): TraceSpan {
  const name = NAMES[operation];
  const span = call.child(`${name} ${targetModel}`, 'client');
  span.set({
    'gen_ai.operation.name': name,
    // Whose API it is, as the convention has it; what the config calls the provider stands beside it.
    'gen_ai.provider.name': provider.vendor ?? provider.name,
    'gen_ai.request.model': targetModel,
    'kanon.provider': provider.name,
    'kanon.target.region': region,
  });
  return span;
}

export function endAttempt(span: TraceSpan, { outcome, usage }: AttemptRecord, kind: FailureKind | null): void {
  span.set({
    'kanon.attempt.outcome': outcome,
    'gen_ai.usage.input_tokens': usage?.input,
    'gen_ai.usage.output_tokens': usage?.output,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedInput,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWrite,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoning,
    'kanon.service_tier': usage?.serviceTier,
  });
  if (outcome !== 'OK') span.fail(kind ?? outcome.toLowerCase());
  span.end();
}
