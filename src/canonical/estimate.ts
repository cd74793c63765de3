import { estimateTokenCount } from 'tokenx';
import type { ChatRequest } from './chat.ts';
import type { TokenUsage } from './usage.ts';

/** About what vendors count for a picture of their largest side. */
const TOKENS_PER_IMAGE = 1_000;

/** Tokens of a text, estimated: within some percent for prose of European languages. */
export function estimateTokens(text: string): number {
  return estimateTokenCount(text);
}

/** Tokens of pictures, estimated. */
export function estimateImages(count: number): number {
  return count * TOKENS_PER_IMAGE;
}

/** Tokens of a chat request, estimated: used where a vendor reports none. */
export function estimateInput(request: ChatRequest): number {
  let tokens = 0;
  for (const message of request.messages) {
    for (const part of message.content) {
      if (part.type === 'text' || part.type === 'reasoning') tokens += estimateTokens(part.text);
      else if (part.type === 'toolCall') tokens += estimateTokens(part.call.arguments);
      else if (part.type === 'toolResult') tokens += estimateTokens(part.result.content);
      else if (part.type === 'image') tokens += TOKENS_PER_IMAGE;
    }
  }
  for (const grounding of request.grounding) tokens += estimateTokens(grounding.text);
  for (const tool of request.tools) tokens += estimateTokens(JSON.stringify(tool.parameters));
  return tokens;
}

/** The usage of an answer that came without any, or that was cut: estimated, and marked so. */
export function estimatedUsage(request: ChatRequest, answer: string): TokenUsage {
  return {
    input: estimateInput(request),
    output: estimateTokens(answer),
    cachedInput: 0,
    cacheWrite: 0,
    reasoning: 0,
    reported: false,
  };
}
