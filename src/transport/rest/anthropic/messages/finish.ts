import type { Usage } from '@anthropic-ai/sdk/resources/messages';
import type { TokenUsage } from '../../../../canonical/usage.ts';
import type { ChatAnswer } from '../../../../operations/chat/answer.ts';

export interface Stop {
  stop_reason: 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'refusal' | 'pause_turn';
  stop_sequence: string | null;
  stop_details: { type: 'refusal'; category: null; explanation: string | null } | null;
}

/** Why an answer ended, in the vendor's words. */
export function stopOf({ finishReason, stopSequence, refusal, paused }: Pick<ChatAnswer, 'finishReason' | 'stopSequence' | 'refusal' | 'paused'>): Stop {
  const stop = (stop_reason: Stop['stop_reason']): Stop => ({ stop_reason, stop_sequence: null, stop_details: null });
  switch (finishReason) {
    case 'STOP':
      return stopSequence === null ? stop('end_turn') : { ...stop('stop_sequence'), stop_sequence: stopSequence };
    case 'LENGTH':
      return stop(paused ? 'pause_turn' : 'max_tokens');
    case 'TOOL_CALLS':
      return stop('tool_use');
    case 'CONTENT_FILTER':
    case 'REFUSAL':
      return { ...stop('refusal'), stop_details: { type: 'refusal', category: null, explanation: refusal } };
  }
}

/** Tokens as the vendor tells them: what was read from or written to its cache is apart from the rest. */
export function messageUsage({ input, output, cachedInput, cacheWrite, reasoning, toolUses }: TokenUsage) {
  return {
    input_tokens: Math.max(0, input - cachedInput - cacheWrite),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cachedInput,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: reasoning },
    server_tool_use: toolUses === undefined ? null : { web_search_requests: toolUses['web_search'] ?? 0, web_fetch_requests: toolUses['web_fetch'] ?? 0 },
  };
}

/** What a message tells of its usage beside the tokens, as far as it is known here. */
export function usageRest({ serviceTier }: Pick<TokenUsage, 'serviceTier'>): Pick<Usage, 'cache_creation' | 'inference_geo' | 'service_tier' | 'speed'> {
  const tier = serviceTier === 'default' ? 'standard' : serviceTier;
  return {
    cache_creation: null,
    inference_geo: null,
    service_tier: tier === 'standard' || tier === 'priority' || tier === 'batch' ? tier : null,
    speed: tier === 'fast' ? tier : null,
  };
}
