import type { CallContext } from '../../canonical/call.ts';
import { allOf } from '../../canonical/all-of.ts';
import type { ChatRequest, ContentPart, Message, ResponseFormat, ToolChoice } from '../../canonical/chat.ts';
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
  const messages = await allOf(
    input.messages.map(({ role, content: given }, index): Message | Promise<Message> => {
      const content = allOf(given.map((part, at) => contentPart(part, `input.messages[${index}].content[${at}]`, media, call)));
      return content instanceof Promise ? content.then((parts) => ({ role, content: parts })) : { role, content };
    }),
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

function contentPart(part: ContentPartInput, field: string, media: Media, call: CallContext): ContentPart | Promise<ContentPart> {
  if (part.image != null) return imageOf(part.image, `${field}.image`, media, call).then((image) => ({ type: 'image', image }));
  if (part.audio != null) return audioOf(part.audio, `${field}.audio`, media, call).then((audio) => ({ type: 'audio', audio }));
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
