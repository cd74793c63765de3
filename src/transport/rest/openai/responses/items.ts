import type {
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseOutputRefusal,
  ResponseOutputText,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';
import type { ContentPart } from '../../../../canonical/chat.ts';
import type { ChatAnswer } from '../../../../operations/chat/answer.ts';

/** What an item of an answer is called: its kind, the call that made it, and its place. */
export type ItemKind = 'msg' | 'rs' | 'fc';

export function itemId(kind: ItemKind, callId: string, index: number): string {
  return `${kind}_${callId}_${index}`;
}

/** The id of the response that an item is of. */
export function itemPrefix(id: string): string {
  return `resp_${id.split('_')[1] ?? ''}`;
}

type Status = 'in_progress' | 'completed' | 'incomplete';

export function textItem(id: string, text: string, status: Status): ResponseOutputMessage {
  return { id, type: 'message', status, role: 'assistant', content: status === 'in_progress' ? [] : [textPart(text)] };
}

export function refusalItem(id: string, refusal: string, status: Status): ResponseOutputMessage {
  return { id, type: 'message', status, role: 'assistant', content: status === 'in_progress' ? [] : [refusalPart(refusal)] };
}

export function callItem(id: string, call: { id: string; name: string; arguments: string }, status: Status): ResponseFunctionToolCall {
  return { id, type: 'function_call', status, call_id: call.id, name: call.name, arguments: call.arguments };
}

/** What proves the thinking to its vendor travels as its encrypted content. */
export function reasoningItem(id: string, text: string, signature: string | null): ResponseReasoningItem {
  return { id, type: 'reasoning', summary: [], content: text === '' ? [] : [reasoningPart(text)], encrypted_content: signature };
}

export function textPart(text: string): ResponseOutputText {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

export function refusalPart(refusal: string): ResponseOutputRefusal {
  return { type: 'refusal', refusal };
}

export function reasoningPart(text: string): ResponseReasoningItem.Content {
  return { type: 'reasoning_text', text };
}

/** An answer as items, and each as the part of a conversation that it stands for. */
export interface Output {
  items: object[];
  parts: Map<string, ContentPart>;
}

/** The items of a whole answer. */
export function outputOf(callId: string, answer: ChatAnswer): Output {
  const output: Output = { items: [], parts: new Map() };
  const add = (kind: ItemKind, part: ContentPart, item: (id: string) => object): void => {
    const id = itemId(kind, callId, output.items.length);
    output.items.push(item(id));
    output.parts.set(id, part);
  };
  const status = answer.finishReason === 'LENGTH' || answer.finishReason === 'CONTENT_FILTER' ? 'incomplete' : 'completed';
  for (const part of answer.parts) {
    if (part.type === 'text') add('msg', part, (id) => textItem(id, part.text, status));
    else if (part.type === 'reasoning') add('rs', part, (id) => reasoningItem(id, part.text, part.signature));
    else if (part.type === 'toolCall') add('fc', part, (id) => callItem(id, part.call, status));
  }
  const { refusal } = answer;
  if (refusal !== null) add('msg', { type: 'text', text: refusal }, (id) => refusalItem(id, refusal, status));
  return output;
}
