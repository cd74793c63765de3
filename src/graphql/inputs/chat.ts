import type { CallContext } from '../../canonical/call.ts';
import type { ChatRequest, ContentPart, ResponseFormat, ToolChoice } from '../../canonical/chat.ts';
import type { Media } from '../../media/media.ts';
import type { ChatInput, ContentPartInput, ResponseFormatInput, ToolChoiceInput } from '../generated/resolvers.ts';
import { audioOf, imageOf } from './media.ts';
import { checkTurns } from './turns.ts';

/**
 * A chat input as a canonical request, its media read.
 * @throws InputError, MediaError, KanonError
 */
export async function chatRequest(input: ChatInput, media: Media, call: CallContext): Promise<ChatRequest> {
  checkTurns(input.messages, 'input.messages');
  const messages = await Promise.all(
    input.messages.map(async (message, index) => ({
      role: message.role,
      content: await Promise.all(message.content.map((part, at) => contentPart(part, `input.messages[${index}].content[${at}]`, media, call))),
    })),
  );
  return {
    messages,
    grounding: [],
    maxTokens: input.maxTokens ?? null,
    temperature: input.temperature ?? null,
    topP: input.topP ?? null,
    stop: [...(input.stop ?? [])],
    seed: input.seed ?? null,
    tools: (input.tools ?? []).map((tool) => ({
      name: tool.name,
      description: tool.description ?? null,
      parameters: tool.parameters,
      strict: tool.strict ?? false,
    })),
    toolChoice: toolChoice(input.toolChoice),
    responseFormat: responseFormat(input.responseFormat),
  };
}

async function contentPart(part: ContentPartInput, field: string, media: Media, call: CallContext): Promise<ContentPart> {
  if (part.image != null) return { type: 'image', image: await imageOf(part.image, `${field}.image`, media, call) };
  if (part.audio != null) return { type: 'audio', audio: await audioOf(part.audio, `${field}.audio`, media, call) };
  if (part.toolCall != null) {
    const { id, name, arguments: args } = part.toolCall;
    return { type: 'toolCall', call: { id, name, arguments: JSON.stringify(args) } };
  }
  if (part.toolResult != null) {
    const { toolCallId, content, isError } = part.toolResult;
    return { type: 'toolResult', result: { toolCallId, content, isError: isError ?? false } };
  }
  return { type: 'text', text: part.text ?? '' };
}

function toolChoice(input: ToolChoiceInput | null | undefined): ToolChoice | null {
  if (input == null) return null;
  if (input.tool != null) return { type: 'tool', name: input.tool };
  const choices = { AUTO: { type: 'auto' }, NONE: { type: 'none' }, REQUIRED: { type: 'required' } } as const;
  return input.mode == null ? null : choices[input.mode];
}

function responseFormat(input: ResponseFormatInput | null | undefined): ResponseFormat | null {
  if (input == null) return null;
  if (input.jsonSchema != null) {
    const { name, schema, strict } = input.jsonSchema;
    return { type: 'jsonSchema', name, schema, strict: strict ?? true };
  }
  return input.type === 'JSON_OBJECT' ? { type: 'json' } : { type: 'text' };
}
