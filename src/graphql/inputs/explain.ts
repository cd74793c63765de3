import { estimateImages, estimateTokens } from '../../canonical/estimate.ts';
import type { RequestShape } from '../../operations/explain.ts';
import type { ChatInput, ContentPartInput } from '../generated/resolvers.ts';

/** As much of a chat input as choosing a target needs; its media is not read. */
export function shapeOfInput({ messages, maxTokens, tools }: ChatInput): RequestShape {
  const parts = messages.flatMap(({ content }) => content);
  const images = parts.filter(({ image }) => image != null).length;
  const schemas = (tools ?? []).map(({ parameters }) => JSON.stringify(parameters));
  return {
    texts: () => messages.filter(({ role }) => role === 'USER').toReversed().flatMap(({ content }) => content.flatMap(({ text }) => text ?? [])),
    images,
    characters: () => [...parts.map(textOf), ...schemas].reduce((sum, text) => sum + text.length, 0),
    inputTokens: () => estimateImages(images) + [...parts.map(textOf), ...schemas].reduce((sum, text) => sum + estimateTokens(text), 0),
    maxTokens: maxTokens ?? null,
  };
}

function textOf({ text, toolCall, toolResult }: ContentPartInput): string {
  if (toolCall != null) return JSON.stringify(toolCall.arguments);
  return text ?? toolResult?.content ?? '';
}
