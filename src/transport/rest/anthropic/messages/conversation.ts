import type { ContentPart, Message, ToolResult } from '../../../../canonical/chat.ts';
import type { Image } from '../../../../canonical/media.ts';
import { redactedSignature } from '../../../../canonical/redacted.ts';
import { elsewhere } from '../../caller.ts';
import { documentBlock } from '../../documents.ts';
import type { Exchange } from '../../exchange.ts';
import { imageByBase64, imageByUrl } from '../../media.ts';
import { boolean, each, list, object, oneOf, only, optional, text, type Fields } from '../../read.ts';
import { cacheOf } from './cache.ts';

/** `system` and `messages` as one conversation. @throws InputError, MediaError */
export async function conversation(body: Fields, exchange: Exchange): Promise<Message[]> {
  const system = systemOf(body['system']);
  const said = await each(list(body['messages'], 'body.messages'), 'body.messages', (turn, at) => turnOf(object(turn, at), at, exchange));
  return [...system, ...said.flat()];
}

function systemOf(value: unknown): Message[] {
  if (value === undefined || value === null || value === '') return [];
  const content = blocksOf(value, 'body.system').map((block, index): ContentPart => textPart(block, `body.system[${index}]`));
  return content.length === 0 ? [] : [{ role: 'SYSTEM', content }];
}

/** Results of tools are messages of their own. */
async function turnOf(turn: Fields, at: string, exchange: Exchange): Promise<Message[]> {
  const role = oneOf(turn['role'], ['user', 'assistant'], `${at}.role`);
  const blocks = blocksOf(turn['content'], `${at}.content`);
  if (role === 'assistant') return [{ role: 'ASSISTANT', content: blocks.map((block, index) => assistantPart(block, `${at}.content[${index}]`, elsewhere(exchange.headers))) }];
  const parts = await each(blocks, `${at}.content`, (block, where) => userPart(block, where, exchange));
  const results = parts.filter((part) => part.type === 'toolResult');
  const rest = parts.filter((part) => part.type !== 'toolResult');
  return [
    ...(results.length > 0 ? [{ role: 'TOOL' as const, content: results }] : []),
    ...(rest.length > 0 || results.length === 0 ? [{ role: 'USER' as const, content: rest }] : []),
  ];
}

function blocksOf(value: unknown, at: string): Fields[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  return list(value, at).map((block, index) => object(block, `${at}[${index}]`));
}

const TEXT_FIELDS = new Set(['type', 'text', 'cache_control', 'citations']);

function textPart(block: Fields, at: string): ContentPart & { type: 'text' } {
  oneOf(block['type'], ['text'], `${at}.type`);
  only(block, TEXT_FIELDS, at);
  const citations = (optional(block['citations'], `${at}.citations`, list) ?? []).map((citation, index) => object(citation, `${at}.citations[${index}]`));
  return { type: 'text', text: text(block['text'], `${at}.text`), ...cacheOf(block, at), ...(citations.length > 0 && { citations: { vendor: 'anthropic', list: citations } }) };
}

/** Uses of the vendor's own tools, and what they gave. */
const VENDOR_BLOCK = /_tool_(use|result)$/;

function assistantPart(block: Fields, at: string, wish: 'refuse' | 'warn'): ContentPart {
  if (typeof block['type'] === 'string' && VENDOR_BLOCK.test(block['type'])) return { type: 'vendor', vendor: 'anthropic', block, elsewhere: wish };
  switch (oneOf(block['type'], ['text', 'thinking', 'redacted_thinking', 'tool_use'], `${at}.type`)) {
    case 'text':
      return textPart(block, at);
    case 'thinking':
      return { type: 'reasoning', text: text(block['thinking'], `${at}.thinking`), signature: optional(block['signature'], `${at}.signature`, text) || null };
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', signature: redactedSignature(text(block['data'], `${at}.data`)) };
    case 'tool_use': {
      const id = text(block['id'], `${at}.id`);
      const input = JSON.stringify(object(block['input'], `${at}.input`));
      return { type: 'toolCall', call: { id, name: text(block['name'], `${at}.name`), arguments: input, ...callerOf(block, at), ...cacheOf(block, at) } };
    }
  }
}

/** What has called the tool, where it was not the model itself. */
function callerOf(block: Fields, at: string): { caller?: Fields } {
  const caller = optional(block['caller'], `${at}.caller`, object);
  return caller === null || caller['type'] === 'direct' ? {} : { caller };
}

async function userPart(block: Fields, at: string, exchange: Exchange): Promise<ContentPart> {
  switch (oneOf(block['type'], ['text', 'image', 'document', 'tool_result'], `${at}.type`)) {
    case 'text':
      return textPart(block, at);
    case 'image':
      return { type: 'image', image: await imageOf(block, at, exchange), ...cacheOf(block, at) };
    case 'document':
      return { type: 'document', document: documentBlock(block, at), ...cacheOf(block, at) };
    case 'tool_result':
      return { type: 'toolResult', result: await resultOf(block, at, exchange) };
  }
}

function imageOf(block: Fields, at: string, exchange: Exchange): Promise<Image> {
  const source = object(block['source'], `${at}.source`);
  const type = oneOf(source['type'], ['base64', 'url'], `${at}.source.type`);
  if (type === 'url') return imageByUrl(text(source['url'], `${at}.source.url`), `${at}.source`, exchange);
  return imageByBase64(text(source['data'], `${at}.source.data`), `${at}.source`, exchange);
}

/** Texts of a result become one, a line each; pictures follow. */
async function resultOf(block: Fields, at: string, exchange: Exchange): Promise<ToolResult> {
  const content = block['content'] == null ? [] : blocksOf(block['content'], `${at}.content`);
  const parts = await each(content, `${at}.content`, async (part, where): Promise<string | Image> =>
    oneOf(part['type'], ['text', 'image'], `${where}.type`) === 'image' ? imageOf(part, where, exchange) : textPart(part, where).text,
  );
  const texts = parts.filter((part) => typeof part === 'string');
  const images = parts.filter((part) => typeof part !== 'string');
  return {
    toolCallId: text(block['tool_use_id'], `${at}.tool_use_id`),
    content: texts.join('\n'),
    isError: optional(block['is_error'], `${at}.is_error`, boolean) ?? false,
    ...(images.length > 0 && { images }),
    ...cacheOf(block, at),
  };
}
