import type { ContentBlock, Message } from '@anthropic-ai/sdk/resources/messages';
import type { ContentPart, JsonObject } from '../../../../canonical/chat.ts';
import { KanonError } from '../../../../canonical/errors.ts';
import { redactedData } from '../../../../canonical/redacted.ts';
import type { ChatAnswer } from '../../../../operations/chat/answer.ts';
import { messageUsage, stopOf, usageRest } from './finish.ts';
import { opaqueBlock, opaqueCaller, opaqueCitations, opaqueContainer } from './opaque.ts';

/** A whole answer as a `message`. @throws KanonError where a tool call cannot be said in this shape */
export function message(id: string, answer: ChatAnswer): Message {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model: answer.meta.model,
    content: answer.parts.flatMap((part) => block(part, answer.finishReason === 'LENGTH')),
    container: opaqueContainer(answer.container),
    diagnostics: null,
    ...stopOf(answer),
    usage: { ...messageUsage(answer.meta.usage), ...usageRest(answer.meta.usage) },
  };
}

function block(part: ContentPart, cut: boolean): ContentBlock[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: part.text, citations: opaqueCitations(part.citations) }];
    case 'vendor': {
      const said = opaqueBlock(part);
      return said === null ? [] : [said];
    }
    case 'reasoning': {
      const data = part.signature === null ? null : redactedData(part.signature);
      return [data === null ? { type: 'thinking', thinking: part.text, signature: part.signature ?? '' } : { type: 'redacted_thinking', data }];
    }
    case 'toolCall':
      return [{ type: 'tool_use', id: part.call.id, name: part.call.name, input: inputOf(part.call.arguments, cut), caller: opaqueCaller(part.call) }];
    default:
      return [];
  }
}

/** Arguments as an object. Of an answer that ran out of tokens they may be half written, and nobody is to act on them. */
function inputOf(written: string, cut: boolean): JsonObject {
  try {
    const value: unknown = JSON.parse(written || '{}');
    if (isObject(value)) return value;
  } catch {
    if (cut) return {};
  }
  throw new KanonError('UPSTREAM_UNAVAILABLE', 'The model called a tool with arguments that are no JSON object; ask again.');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
