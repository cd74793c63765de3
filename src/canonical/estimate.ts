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
  let tokens = estimateImages(imagesOf(request));
  for (const text of textsOf(request)) tokens += estimateTokens(text);
  return tokens;
}

/** Letters of a chat request: about as many as tokens at the most, and counted at once. */
export function charactersOf(request: ChatRequest): number {
  let characters = 0;
  for (const text of textsOf(request)) characters += text.length;
  return characters;
}

export function imagesOf(request: ChatRequest): number {
  return request.messages.reduce((sum, { content }) => sum + content.filter(({ type }) => type === 'image').length, 0);
}

/** All text that is sent with a request. */
function* textsOf(request: ChatRequest): Generator<string> {
  for (const { content } of request.messages) {
    for (const part of content) {
      if (part.type === 'text' || part.type === 'reasoning') yield part.text;
      else if (part.type === 'toolCall') yield part.call.arguments;
      else if (part.type === 'toolResult') yield part.result.content;
    }
  }
  for (const { text } of request.grounding) yield text;
  for (const { parameters } of request.tools) yield JSON.stringify(parameters);
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
