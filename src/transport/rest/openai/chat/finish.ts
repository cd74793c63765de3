import type { FinishReason } from '../../../../canonical/chat.ts';
import type { TokenUsage } from '../../../../canonical/usage.ts';

/** Why an answer ended, in the vendor's words; a refusal shows as such in the message. */
export const FINISH_WORDS = {
  STOP: 'stop',
  LENGTH: 'length',
  TOOL_CALLS: 'tool_calls',
  CONTENT_FILTER: 'content_filter',
  REFUSAL: 'stop',
} as const satisfies Record<FinishReason, string>;

/** How the vendor served the request, in OpenAI's word for it; nothing where it did not say. */
export function servedBy({ serviceTier }: TokenUsage): { service_tier?: string } {
  return serviceTier === undefined ? {} : { service_tier: serviceTier === 'standard' ? 'default' : serviceTier };
}

/** Tokens as chat completions tell them. */
export function completionUsage(usage: TokenUsage) {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput, audio_tokens: usage.audioInput },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: usage.audioOutput,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
