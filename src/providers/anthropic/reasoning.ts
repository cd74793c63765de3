import type { RedactedThinkingBlockParam, ThinkingBlockParam } from '@anthropic-ai/sdk/resources/messages';

/** Marks a signature that is no signature but a whole encrypted block of thinking. */
const REDACTED = 'redacted_thinking:';

/** An encrypted block of thinking, as the signature of thinking without words. */
export function redactedSignature(data: string): string {
  return REDACTED + data;
}

/** Thinking as the vendor gave it. Without a signature it is another vendor's, or none: null. */
export function thinkingBlock(text: string, signature: string | null): ThinkingBlockParam | RedactedThinkingBlockParam | null {
  if (!signature) return null;
  if (signature.startsWith(REDACTED)) return { type: 'redacted_thinking', data: signature.slice(REDACTED.length) };
  return { type: 'thinking', thinking: text, signature };
}
