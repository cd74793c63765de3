import type { FinishReason } from '../../../../canonical/chat.ts';
import type { TokenUsage } from '../../../../canonical/usage.ts';
import type { Fields } from '../../read.ts';
import { servedBy } from '../chat/finish.ts';

/** What all states of one response have in common. */
export interface ResponseHead {
  id: string;
  /** Seconds since 1970. */
  createdAt: number;
  /** The public model that was asked. */
  model: string;
  /** As the caller sent it; much of it is told back. */
  body: Fields;
}

export type ResponseState =
  | { status: 'in_progress' }
  | { status: 'ended'; finishReason: FinishReason; output: readonly object[]; usage: TokenUsage };

const INCOMPLETE: Partial<Record<FinishReason, string>> = { LENGTH: 'max_output_tokens', CONTENT_FILTER: 'content_filter' };

/** A response as it stands. */
export function responseObject({ id, createdAt, model, body }: ResponseHead, state: ResponseState) {
  const ended = state.status === 'ended' ? state : null;
  const reason = ended === null ? undefined : INCOMPLETE[ended.finishReason];
  const reasoning = body['reasoning'];
  return {
    id,
    object: 'response',
    created_at: createdAt,
    status: ended === null ? 'in_progress' : reason === undefined ? 'completed' : 'incomplete',
    background: false,
    error: null,
    incomplete_details: reason === undefined ? null : { reason },
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    metadata: body['metadata'] ?? {},
    model,
    output: ended === null ? [] : ended.output,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: reasoning ?? { effort: null, summary: null },
    temperature: body['temperature'] ?? null,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_p: body['top_p'] ?? null,
    truncation: 'disabled',
    ...(ended !== null && { usage: responseUsage(ended.usage) }),
    ...(ended !== null && servedBy(ended.usage)),
    ...(body['user'] != null && { user: body['user'] }),
    access_programs: null,
  };
}

function responseUsage({ input, output, cachedInput, cacheWrite, reasoning }: TokenUsage) {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cachedInput, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
