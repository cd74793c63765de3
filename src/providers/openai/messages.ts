import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionContentPartText,
  ChatCompletionMessageParam,
  ChatCompletionMessageToolCall,
} from 'openai/resources/chat/completions';
import { allOf } from '../../canonical/all-of.ts';
import type { ChatRequest, ContentPart, Message } from '../../canonical/chat.ts';
import { documentText, type Document } from '../../canonical/document.ts';
import { groundingText } from '../shared/grounding.ts';
import { unsupported } from '../shared/unsupported.ts';
import { IMAGE_LIMITS } from './limits.ts';

/**
 * The conversation in the vendor's words. Grounding is a system message of its own, behind the caller's.
 * @throws UpstreamFailure `unsupported` for content in a place where the vendor takes none; MediaError
 */
export async function vendorMessages(request: ChatRequest, signal: AbortSignal): Promise<ChatCompletionMessageParam[]> {
  const messages = (await allOf(request.messages.map((message) => vendorMessage(message, signal)))).flat();
  const extra: ChatCompletionMessageParam[] = [];
  const grounding = groundingText(request.grounding);
  if (grounding !== null) extra.push({ role: 'system', content: grounding });
  // The vendor refuses its JSON mode to a conversation that does not speak of JSON.
  if (request.responseFormat?.type === 'json' && !mentionsJson(request.messages)) {
    extra.push({ role: 'system', content: 'Answer with one JSON object.' });
  }
  const lead = messages.findIndex((message) => message.role !== 'system');
  messages.splice(lead < 0 ? messages.length : lead, 0, ...extra);
  return messages;
}

function vendorMessage(message: Message, signal: AbortSignal): Promise<ChatCompletionMessageParam[]> | ChatCompletionMessageParam[] {
  switch (message.role) {
    case 'SYSTEM':
      return [{ role: 'system', content: texts(message.content, 'a system message'), ...named(message) }];
    case 'ASSISTANT':
      return assistantMessage(message);
    case 'USER':
    case 'TOOL':
      return isText(message) ? [textMessage(message)] : userMessages(message, signal);
  }
}

function named({ name }: Message): { name?: string } {
  return name === undefined ? {} : { name };
}

function assistantMessage(message: Message): ChatCompletionMessageParam[] {
  const calls: ChatCompletionMessageToolCall[] = [];
  const said: ContentPart[] = [];
  for (const part of message.content) {
    if (part.type === 'toolCall') {
      calls.push({ id: part.call.id, type: 'function', function: { name: part.call.name, arguments: part.call.arguments || '{}' } });
    } else if (part.type !== 'reasoning' && part.type !== 'vendor') {
      // Thinking and what tools of another vendor gave go back to the vendor that made it.
      said.push(part);
    }
  }
  const spoken: ChatCompletionAssistantMessageParam = { role: 'assistant', ...named(message) };
  if (said.length > 0 || calls.length === 0) spoken.content = texts(said, 'an assistant message');
  if (calls.length > 0) spoken.tool_calls = calls;
  return [spoken];
}

function isText({ content }: Message): boolean {
  return content.every(({ type }) => type === 'text');
}

function textMessage(message: Message): ChatCompletionMessageParam {
  return { role: 'user', content: texts(message.content, 'a user message'), ...named(message) };
}

/** Results of tools are messages of their own here, and must come before anything else that the user says. */
async function userMessages(message: Message, signal: AbortSignal): Promise<ChatCompletionMessageParam[]> {
  const results: ChatCompletionMessageParam[] = [];
  const said: ContentPart[] = [];
  for (const part of message.content) {
    if (part.type === 'toolResult') {
      const { toolCallId, content: text, isError, images } = part.result;
      if (images !== undefined && images.length > 0) throw unsupported('the vendor takes no pictures in the result of a tool');
      results.push({ role: 'tool', tool_call_id: toolCallId, content: isError ? `Error: ${text}` : text });
    } else {
      said.push(part);
    }
  }
  if (said.length === 0 && results.length > 0) return results;
  if (said.every((part) => part.type === 'text')) return [...results, { role: 'user', content: texts(said, 'a user message'), ...named(message) }];
  const parts = (await Promise.all(said.map((part) => (part.type === 'document' ? documentParts(part.document) : userPart(part, signal))))).flat();
  return [...results, { role: 'user', content: parts, ...named(message) }];
}

/** Text is text here; a PDF is a file, and what is said of it a text beside it. */
function documentParts(document: Document): ChatCompletionContentPart[] {
  if (document.kind === 'text') return [{ type: 'text', text: documentText(document, document.text) }];
  const { title, context, base64: data } = document;
  const file: ChatCompletionContentPart = { type: 'file', file: { filename: title ?? 'document.pdf', file_data: `data:application/pdf;base64,${data}` } };
  return context === null || context === '' ? [file] : [{ type: 'text', text: context }, file];
}

async function userPart(part: ContentPart, signal: AbortSignal): Promise<ChatCompletionContentPart> {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image': {
      const { bytes, mimeType } = await part.image.encode(IMAGE_LIMITS, signal);
      const detail = DETAILS.find((known) => known === part.detail);
      return { type: 'image_url', image_url: { url: `data:${mimeType};base64,${base64(bytes)}`, ...(detail !== undefined && { detail }) } };
    }
    case 'audio': {
      const { bytes, format } = part.audio;
      if (format !== 'wav' && format !== 'mp3') throw unsupported(`the vendor takes audio as wav or mp3, not as ${format}`);
      return { type: 'input_audio', input_audio: { data: base64(bytes), format } };
    }
    default:
      throw unsupported(`a user message cannot hold a part of type ${part.type}`);
  }
}

const DETAILS = ['auto', 'low', 'high', 'original'] as const;

/** One text as a string, which every compatible server takes; several as parts. */
function texts(content: readonly ContentPart[], where: string): string | ChatCompletionContentPartText[] {
  const parts = content.map((part): ChatCompletionContentPartText => {
    if (part.type !== 'text') throw unsupported(`${where} cannot hold a part of type ${part.type}`);
    return { type: 'text', text: part.text };
  });
  return parts.length > 1 ? parts : (parts[0]?.text ?? '');
}

function mentionsJson(messages: readonly Message[]): boolean {
  return messages.some(({ content }) => content.some((part) => part.type === 'text' && /json/i.test(part.text)));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
