import type { TraceSpan } from '../canonical/trace.ts';
import { AbortedError, KanonError } from '../canonical/errors.ts';
import type { Call, Outcome } from './call.ts';

/** One stage of a call, as a part of its trace. */
export async function traced(trace: TraceSpan, stage: string, run: () => void | Promise<void>): Promise<void> {
  const span = trace.child(stage);
  try {
    await run();
  } catch (error) {
    span.fail(kindOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Tells what became of a call. Never content. */
export function endTrace(call: Call, span: TraceSpan, outcome: Outcome): void {
  const { usage, cost, cached, provider, targetModel, timeToFirstTokenMs } = call.meta();
  span.set({
    'kanon.call.id': call.id,
    'kanon.model': call.model.name,
    'kanon.app': call.context.principal.app,
    'kanon.operation': call.operation,
    'kanon.stream': call.stream,
    'kanon.cached': cached,
    'kanon.attempts': call.route.attempts.length,
    'kanon.cost.usd': cost.usd,
    'kanon.first_token_ms': timeToFirstTokenMs,
    'kanon.usage.reported': usage.reported,
    'kanon.provider': provider || null,
    'gen_ai.response.model': targetModel || null,
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
  });
  if (outcome.type === 'error') span.fail(kindOf(outcome.error));
  else if (outcome.type === 'aborted') span.fail('aborted');
  span.end();
}

function kindOf(error: unknown): string {
  if (error instanceof KanonError) return error.code;
  return error instanceof AbortedError ? 'aborted' : 'INTERNAL';
}
