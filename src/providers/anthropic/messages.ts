import type { ContentBlockParam, DocumentBlockParam, ImageBlockParam, MessageParam, TextBlockParam, ToolUseBlockParam } from '@anthropic-ai/sdk/resources/messages';
import type { CacheMark, ChatRequest, ContentPart, Message, ToolCall, ToolResult } from '../../canonical/chat.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';
import type { Document } from '../../canonical/document.ts';
import type { Image } from '../../canonical/media.ts';
import type { Citations } from '../../canonical/vendor-tools.ts';
import { isFields } from '../shared/fields.ts';
import { groundingText } from '../shared/grounding.ts';
import { unsupported } from '../shared/unsupported.ts';
import { cacheControl } from './cache.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { opaqueBlock, opaqueCaller, opaqueCitations } from './opaque.ts';
import { thinkingBlock } from './reasoning.ts';

interface Turn {
  role: 'user' | 'assistant';
  content: ContentBlockParam[];
}

/** The vendor's conversation begins with the user; one that begins otherwise is opened by this. */
const OPENING = '(The conversation begins.)';

/**
 * The conversation in the vendor's words: turns of user and assistant one after the other, results of tools first
 * in theirs, nothing empty.
 * @throws UpstreamFailure `unsupported`, `bad_request`; MediaError
 */
export async function vendorMessages(messages: readonly Message[], signal: AbortSignal): Promise<MessageParam[]> {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'SYSTEM') continue;
    const role = message.role === 'ASSISTANT' ? 'assistant' : 'user';
    const parts = await Promise.all(message.content.map((part) => (role === 'assistant' ? assistantBlock(part) : userBlock(part, signal))));
    const content = parts.filter((block) => block !== null);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  for (const turn of turns) turn.content.sort((a, b) => Number(b.type === 'tool_result') - Number(a.type === 'tool_result'));
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', content: [{ type: 'text', text: OPENING }] });
  trimPrefill(turns);
  return turns;
}

/** System messages and grounding, which the vendor takes apart from the conversation. */
export function systemBlocks(request: ChatRequest, note: string | null): TextBlockParam[] {
  const said = request.messages
    .filter((message) => message.role === 'SYSTEM')
    .flatMap((message) =>
      message.content.map((part) => {
        if (part.type !== 'text') throw unsupported(`a system message cannot hold a part of type ${part.type}`);
        return textBlock(part.text, part.cache);
      }),
    );
  return [...said, textBlock(groundingText(request.grounding) ?? ''), textBlock(note ?? '')].filter((block) => block !== null);
}

function assistantBlock(part: ContentPart): ContentBlockParam | null {
  switch (part.type) {
    case 'text':
      return textBlock(part.text, part.cache, part.citations);
    case 'vendor':
      return part.vendor === 'anthropic' ? opaqueBlock(part.block) : null;
    case 'reasoning':
      return thinkingBlock(part.text, part.signature);
    case 'toolCall':
      return toolUse(part.call);
    default:
      throw unsupported(`an assistant message cannot hold a part of type ${part.type}`);
  }
}

async function userBlock(part: ContentPart, signal: AbortSignal): Promise<ContentBlockParam | null> {
  switch (part.type) {
    case 'text':
      return textBlock(part.text, part.cache);
    case 'image':
      return { ...(await imageBlock(part.image, signal)), ...cacheControl(part.cache) };
    case 'toolResult':
      return toolResult(part.result, signal);
    case 'document':
      return { ...documentBlock(part.document), ...cacheControl(part.cache) };
    case 'audio':
      throw unsupported('the vendor takes no audio');
    default:
      throw unsupported(`a user message cannot hold a part of type ${part.type}`);
  }
}

function textBlock(text: string, cache?: CacheMark, citations?: Citations): TextBlockParam | null {
  if (text === '') return null;
  const cited = citations?.vendor === 'anthropic' && citations.list.length > 0 ? { citations: opaqueCitations(citations.list) } : {};
  return { type: 'text', text, ...cited, ...cacheControl(cache) };
}

async function imageBlock(image: Image, signal: AbortSignal): Promise<ImageBlockParam> {
  const { bytes, mimeType } = await image.encode(IMAGE_LIMITS, signal);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return { type: 'image', source: { type: 'base64', media_type: mimeType, data } };
}

function documentBlock(document: Document): DocumentBlockParam {
  const { title, context, citations } = document;
  return {
    type: 'document',
    source: document.kind === 'pdf' ? { type: 'base64', media_type: 'application/pdf', data: document.base64 } : { type: 'text', media_type: 'text/plain', data: document.text },
    ...(title !== null && { title }),
    ...(context !== null && { context }),
    ...(citations && { citations: { enabled: true } }),
  };
}

async function toolResult({ toolCallId, content, isError, images, cache }: ToolResult, signal: AbortSignal): Promise<ContentBlockParam> {
  const pictures = await Promise.all((images ?? []).map((image) => imageBlock(image, signal)));
  const text = textBlock(content);
  return {
    type: 'tool_result',
    tool_use_id: vendorId(toolCallId),
    content: pictures.length === 0 ? content : [...(text === null ? [] : [text]), ...pictures],
    ...(isError && { is_error: true }),
    ...cacheControl(cache),
  };
}

function toolUse({ id, name, arguments: written, caller, cache }: ToolCall): ToolUseBlockParam {
  let input: unknown;
  try {
    input = JSON.parse(written || '{}');
  } catch {
    input = undefined;
  }
  if (!isFields(input)) throw new UpstreamFailure('bad_request', 'the arguments of a tool call are no JSON object');
  return { type: 'tool_use', id: vendorId(id), name, input, ...opaqueCaller(caller), ...cacheControl(cache) };
}

/** The vendor takes letters, digits, `_` and `-` in the id of a tool call; another vendor's may hold more. */
function vendorId(id: string): string {
  return id.replaceAll(/[^a-zA-Z0-9_-]/g, '_') || '_';
}

/** An answer that the assistant has begun may not end in white space. */
function trimPrefill(turns: Turn[]): void {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || block?.type !== 'text') return;
  const text = block.text.trimEnd();
  last.content.pop();
  if (text !== '') last.content.push({ ...block, text });
  if (last.content.length === 0) turns.pop();
}
