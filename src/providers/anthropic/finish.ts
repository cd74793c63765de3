import type { ChatChunk, FinishReason } from '../../canonical/chat.ts';
import { isFields } from '../shared/fields.ts';

/** Why the message ended. `jsonTool`: the tool was this gateway's own way to ask for JSON, not the caller's. */
export function finishReason(word: string, jsonTool: boolean): FinishReason {
  switch (word) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
    // A pause of the vendor's own tools: there is more to say, and nobody who goes on.
    case 'pause_turn':
      return 'LENGTH';
    case 'tool_use':
      return jsonTool ? 'STOP' : 'TOOL_CALLS';
    case 'refusal':
      return 'REFUSAL';
    default:
      return 'STOP';
  }
}

/** A refusal in the vendor's words, which speak of the policy and not of the content. */
export function refusalChunks(word: string, details: unknown): ChatChunk[] {
  if (word !== 'refusal') return [];
  const explanation = isFields(details) && typeof details['explanation'] === 'string' ? details['explanation'] : '';
  return [{ type: 'refusal', text: explanation || 'The model refused to answer.' }];
}
