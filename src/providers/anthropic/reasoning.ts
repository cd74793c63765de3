import type { RedactedThinkingBlockParam, ThinkingBlockParam } from '@anthropic-ai/sdk/resources/messages';
import { redactedData } from '../../canonical/redacted.ts';

/** Thinking as the vendor gave it. Without a signature it is another vendor's, or none: null. */
export function thinkingBlock(text: string, signature: string | null): ThinkingBlockParam | RedactedThinkingBlockParam | null {
  if (!signature) return null;
  const data = redactedData(signature);
  return data === null ? { type: 'thinking', thinking: text, signature } : { type: 'redacted_thinking', data };
}
