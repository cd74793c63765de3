import type { ContentBlockParam, TextCitationParam, ToolUnion, ToolUseBlockParam } from '@anthropic-ai/sdk/resources/messages';
import type { JsonObject } from '../../canonical/chat.ts';

// What only the vendor can say goes to it as it came, and it is the vendor that judges it: nothing is looked at here but
// what every one of them has.

/** A block as the vendor made it; null for what is none. */
export function opaqueBlock(block: JsonObject): ContentBlockParam | null {
  return isTyped<ContentBlockParam>(block) ? block : null;
}

export function opaqueTools(tools: readonly { at: number; definition: JsonObject }[]): { at: number; definition: ToolUnion }[] {
  return tools.flatMap(({ at, definition }) => (isTyped<ToolUnion>(definition) ? [{ at, definition }] : []));
}

export function opaqueCitations(list: readonly JsonObject[]): TextCitationParam[] {
  return list.flatMap((citation) => (isTyped<TextCitationParam>(citation) ? [citation] : []));
}

export function opaqueCaller(caller: JsonObject | undefined): Pick<ToolUseBlockParam, 'caller'> {
  return caller !== undefined && isTyped<NonNullable<ToolUseBlockParam['caller']>>(caller) ? { caller } : {};
}

function isTyped<T extends object>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
