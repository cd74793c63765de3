import type { FinishReason } from '../../canonical/chat.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';

/** What the answer held, as far as it changes what its end means. */
export interface Seen {
  toolCalls: boolean;
  refusal: boolean;
}

/**
 * Why the answer ended. Compatible servers say `stop` also after tool calls, and some have words of their own.
 * @throws UpstreamFailure where the word means that the server broke off
 */
export function finishReason(word: string, seen: Seen): FinishReason {
  switch (word) {
    case 'length':
    case 'model_length':
      return 'LENGTH';
    case 'content_filter':
      return 'CONTENT_FILTER';
    case 'tool_calls':
    case 'function_call':
      return 'TOOL_CALLS';
    case 'error':
    case 'insufficient_system_resource':
      throw new UpstreamFailure('server', 'the vendor broke the answer off');
    default:
      if (seen.refusal) return 'REFUSAL';
      return seen.toolCalls ? 'TOOL_CALLS' : 'STOP';
  }
}
