import type { ContentPart, Message, ToolCall } from '../../../../canonical/chat.ts';
import { InputError } from '../../../../canonical/errors.ts';
import { fileDocument } from '../../documents.ts';
import type { Exchange } from '../../exchange.ts';
import { audioByBase64, imageByUrl } from '../../media.ts';
import { each, list, object, oneOf, optional, text, type Fields } from '../../read.ts';

const ROLES = { system: 'SYSTEM', developer: 'SYSTEM', user: 'USER', assistant: 'ASSISTANT', tool: 'TOOL' } as const;
const ROLE_NAMES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/** The conversation, a message for each of the caller's. @throws InputError, MediaError */
export function messagesOf(value: unknown, exchange: Exchange): Message[] | Promise<Message[]> {
  return each(list(value, 'body.messages'), 'body.messages', (item, at) => messageOf(object(item, at), at, exchange));
}

function messageOf(message: Fields, at: string, exchange: Exchange): Message | Promise<Message> {
  const role = oneOf(message['role'], ROLE_NAMES, `${at}.role`);
  const name = optional(message['name'], `${at}.name`, text);
  const content = contentOf(role, message, at, exchange);
  return content instanceof Promise ? content.then((parts) => spoken(ROLES[role], name, parts)) : spoken(ROLES[role], name, content);
}

function spoken(role: Message['role'], name: string | null, content: ContentPart[]): Message {
  return name === null ? { role, content } : { role, content, name };
}

function contentOf(role: (typeof ROLE_NAMES)[number], message: Fields, at: string, exchange: Exchange): ContentPart[] | Promise<ContentPart[]> {
  const where = `${at}.content`;
  switch (role) {
    case 'user':
      return partsOf(message['content'], where, (part, at) => userPart(part, at, exchange));
    case 'assistant':
      return assistantContent(message, at);
    case 'tool':
      return [
        {
          type: 'toolResult',
          result: { toolCallId: text(message['tool_call_id'], `${at}.tool_call_id`), content: joined(message['content'], where), isError: false },
        },
      ];
    default:
      return partsOf(message['content'], where, textPart);
  }
}

async function assistantContent(message: Fields, at: string): Promise<ContentPart[]> {
  const content = message['content'];
  const said = content === undefined || content === null || content === '' ? [] : await partsOf(content, `${at}.content`, textPart);
  const refusal = optional(message['refusal'], `${at}.refusal`, text);
  // What an assistant refused is part of what it said.
  if (refusal !== null && refusal !== '') said.push({ type: 'text', text: refusal });
  if (message['function_call'] != null) throw new InputError(`${at}.function_call`, 'is the old name of tool_calls; use `tool_calls`.');
  if (message['audio'] != null) throw new InputError(`${at}.audio`, 'answers in sound are not kept; send what was said as `content`.');
  const calls = optional(message['tool_calls'], `${at}.tool_calls`, list) ?? [];
  for (const [index, call] of calls.entries()) said.push({ type: 'toolCall', call: toolCallOf(call, `${at}.tool_calls[${index}]`) });
  return said.length > 0 ? said : [{ type: 'text', text: '' }];
}

function toolCallOf(value: unknown, at: string): ToolCall {
  const call = object(value, at);
  if (call['type'] !== 'function') throw new InputError(`${at}.type`, 'expected "function".');
  const made = object(call['function'], `${at}.function`);
  return { id: text(call['id'], `${at}.id`), name: text(made['name'], `${at}.function.name`), arguments: text(made['arguments'], `${at}.function.arguments`) };
}

function partsOf(value: unknown, at: string, read: (part: Fields, at: string) => ContentPart | Promise<ContentPart>): ContentPart[] | Promise<ContentPart[]> {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  return each(list(value, at), at, (part, where) => read(object(part, where), where));
}

function textPart(part: Fields, at: string): ContentPart {
  const type = oneOf(part['type'], ['text', 'refusal'], `${at}.type`);
  return { type: 'text', text: text(part[type], `${at}.${type}`) };
}

async function userPart(part: Fields, at: string, exchange: Exchange): Promise<ContentPart> {
  switch (oneOf(part['type'], ['text', 'image_url', 'input_audio', 'file'], `${at}.type`)) {
    case 'text':
      return { type: 'text', text: text(part['text'], `${at}.text`) };
    case 'image_url': {
      const source = object(part['image_url'], `${at}.image_url`);
      const detail = optional(source['detail'], `${at}.image_url.detail`, text);
      const image = await imageByUrl(text(source['url'], `${at}.image_url.url`), `${at}.image_url`, exchange);
      return { type: 'image', image, ...(detail !== null && { detail }) };
    }
    case 'file':
      return { type: 'document', document: fileDocument(object(part['file'], `${at}.file`), `${at}.file`) };
    case 'input_audio': {
      const source = object(part['input_audio'], `${at}.input_audio`);
      return { type: 'audio', audio: await audioByBase64(text(source['data'], `${at}.input_audio.data`), `${at}.input_audio`, exchange) };
    }
  }
}

/** The result of a tool as one text. */
function joined(value: unknown, at: string): string {
  if (typeof value === 'string') return value;
  return list(value, at)
    .map((item, index) => {
      const part = object(item, `${at}[${index}]`);
      oneOf(part['type'], ['text'], `${at}[${index}].type`);
      return text(part['text'], `${at}[${index}].text`);
    })
    .join('\n');
}
