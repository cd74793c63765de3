import type { ContentPart, Message, Role } from '../../../../canonical/chat.ts';
import { InputError, KanonError } from '../../../../canonical/errors.ts';
import type { Image } from '../../../../canonical/media.ts';
import { HttpError } from '../../../http/respond.ts';
import { fileDocument } from '../../documents.ts';
import type { Exchange } from '../../exchange.ts';
import { audioByBase64, imageByUrl } from '../../media.ts';
import { each, list, object, oneOf, optional, text, type Fields } from '../../read.ts';
import { itemPrefix } from './items.ts';
import type { RetainedResponses } from './retained.ts';

const ROLES = { user: 'USER', assistant: 'ASSISTANT', system: 'SYSTEM', developer: 'SYSTEM' } as const;

/** The retained conversation that the request goes on from, and its input. @throws InputError, MediaError, HttpError 404 */
export async function conversationOf(body: Fields, exchange: Exchange, retained: RetainedResponses): Promise<Message[]> {
  const input = body['input'];
  if (typeof input === 'string') return [...previousOf(body, exchange, retained), { role: 'USER', content: [{ type: 'text', text: input }] }];
  const previous = previousOf(body, exchange, retained);
  const items = await each(list(input, 'body.input'), 'body.input', (item, at) => itemOf(object(item, at), at, exchange, retained));
  return [...previous, ...joined(items)];
}

function previousOf(body: Fields, { call }: Exchange, retained: RetainedResponses): readonly Message[] {
  const id = optional(body['previous_response_id'], 'body.previous_response_id', text);
  if (id === null) return [];
  const found = retained.find(call.principal.app, id);
  if (found !== null) return found.messages;
  const details = { field: 'body.previous_response_id' };
  throw new HttpError(404, new KanonError('BAD_USER_INPUT', `There is no response "${id.slice(0, 128)}" any more; send the whole conversation as \`input\`.`, { details }));
}

/** Items of the same role that follow one another are one message, but what people say. */
function joined(items: readonly Message[]): Message[] {
  const messages: Message[] = [];
  for (const item of items) {
    const last = messages.at(-1);
    if (last !== undefined && last.role === item.role && (item.role === 'ASSISTANT' || item.role === 'TOOL')) last.content.push(...item.content);
    else messages.push({ ...item, content: [...item.content] });
  }
  return messages;
}

async function itemOf(item: Fields, at: string, exchange: Exchange, retained: RetainedResponses): Promise<Message> {
  switch (oneOf(item['type'] ?? 'message', ['message', 'function_call', 'function_call_output', 'reasoning', 'item_reference'], `${at}.type`)) {
    case 'message':
      return messageOf(item, at, exchange);
    case 'function_call': {
      const call = { id: text(item['call_id'], `${at}.call_id`), name: text(item['name'], `${at}.name`), arguments: text(item['arguments'], `${at}.arguments`) };
      return { role: 'ASSISTANT', content: [{ type: 'toolCall', call }] };
    }
    case 'function_call_output':
      return { role: 'TOOL', content: [await outputOf(item, at, exchange)] };
    case 'reasoning':
      return { role: 'ASSISTANT', content: [reasoningOf(item, at)] };
    case 'item_reference':
      return { role: 'ASSISTANT', content: [referenceOf(item, at, exchange, retained)] };
  }
}

async function messageOf(item: Fields, at: string, exchange: Exchange): Promise<Message> {
  const role: Role = ROLES[oneOf(item['role'], ['user', 'assistant', 'system', 'developer'], `${at}.role`)];
  const { content } = item;
  if (typeof content === 'string') return { role, content: [{ type: 'text', text: content }] };
  const parts = list(content, `${at}.content`);
  return { role, content: await each(parts, `${at}.content`, (part, where) => partOf(object(part, where), where, exchange)) };
}

async function partOf(part: Fields, at: string, exchange: Exchange): Promise<ContentPart> {
  switch (oneOf(part['type'], ['input_text', 'output_text', 'refusal', 'input_image', 'input_audio', 'input_file'], `${at}.type`)) {
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: text(part['text'], `${at}.text`) };
    case 'refusal':
      return { type: 'text', text: text(part['refusal'], `${at}.refusal`) };
    case 'input_image': {
      const detail = optional(part['detail'], `${at}.detail`, text);
      return { type: 'image', image: await imageOf(part, at, exchange), ...(detail !== null && { detail }) };
    }
    case 'input_file':
      return { type: 'document', document: fileDocument(part, at) };
    case 'input_audio': {
      const source = object(part['input_audio'], `${at}.input_audio`);
      return { type: 'audio', audio: await audioByBase64(text(source['data'], `${at}.input_audio.data`), `${at}.input_audio`, exchange) };
    }
  }
}

function imageOf(part: Fields, at: string, exchange: Exchange): Promise<Image> {
  if (part['file_id'] != null) throw new InputError(`${at}.file_id`, 'files of the vendor are not known here; send `image_url`.');
  return imageByUrl(text(part['image_url'], `${at}.image_url`), at, exchange);
}

async function outputOf(item: Fields, at: string, exchange: Exchange): Promise<ContentPart> {
  const toolCallId = text(item['call_id'], `${at}.call_id`);
  const { output } = item;
  if (typeof output === 'string') return { type: 'toolResult', result: { toolCallId, content: output, isError: false } };
  const parts = await each(list(output, `${at}.output`), `${at}.output`, async (value, where): Promise<string | Image> => {
    const part = object(value, where);
    const type = oneOf(part['type'], ['input_text', 'input_image'], `${where}.type`);
    return type === 'input_image' ? imageOf(part, where, exchange) : text(part['text'], `${where}.text`);
  });
  const texts = parts.filter((part) => typeof part === 'string');
  const images = parts.filter((part) => typeof part !== 'string');
  const shown = images.length === 0 ? {} : { images };
  return { type: 'toolResult', result: { toolCallId, content: texts.join('\n'), isError: false, ...shown } };
}

/** What proves the thinking to the vendor that made it travels as its encrypted content. */
function reasoningOf(item: Fields, at: string): ContentPart {
  const content = optional(item['content'], `${at}.content`, list) ?? [];
  const said = content.map((part, index) => text(object(part, `${at}.content[${index}]`)['text'], `${at}.content[${index}].text`)).join('');
  return { type: 'reasoning', text: said, signature: optional(item['encrypted_content'], `${at}.encrypted_content`, text) };
}

function referenceOf(item: Fields, at: string, { call }: Exchange, retained: RetainedResponses): ContentPart {
  const id = text(item['id'], `${at}.id`);
  const found = retained.find(call.principal.app, itemPrefix(id))?.items.get(id);
  if (found !== undefined) return found;
  const details = { field: `${at}.id` };
  throw new HttpError(404, new KanonError('BAD_USER_INPUT', `There is no item "${id.slice(0, 128)}" any more; send the item itself.`, { details }));
}
