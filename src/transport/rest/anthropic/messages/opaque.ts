import type { Container, ContentBlock, TextCitation, ToolUseBlock } from '@anthropic-ai/sdk/resources/messages';
import type { JsonObject, ToolCall } from '../../../../canonical/chat.ts';
import type { Citations, VendorBlock } from '../../../../canonical/vendor-tools.ts';

// What the vendor has said and only its API can say is told as it came; of another vendor's there is no place for it.

export function opaqueBlock({ vendor, block }: VendorBlock): ContentBlock | null {
  return vendor === 'anthropic' && isTyped<ContentBlock>(block) ? block : null;
}

/** What a text rests on; null for nothing. */
export function opaqueCitations(citations: Citations | null | undefined): TextCitation[] | null {
  const cited = citations?.vendor === 'anthropic' ? citations.list.flatMap((citation) => (isTyped<TextCitation>(citation) ? [citation] : [])) : [];
  return cited.length === 0 ? null : cited;
}

export function opaqueCaller({ caller }: Pick<ToolCall, 'caller'>): ToolUseBlock['caller'] {
  return isTyped<ToolUseBlock['caller']>(caller) ? caller : { type: 'direct' };
}

export function opaqueContainer(container: JsonObject | null): Container | null {
  return isContainer(container) ? container : null;
}

function isTyped<T extends object>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
