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

/** The items of a whole answer; where it was cut, the last is incomplete. */
export function outputOf(callId: string, answer: ChatAnswer): Output {
  // What only another vendor's API can say has no item here.
  const parts = answer.parts.filter(({ type }) => type !== 'vendor').map((part) => ({ part, refused: false }));
  if (answer.refusal !== null) parts.push({ part: { type: 'text', text: answer.refusal }, refused: true });
  const isCut = answer.finishReason === 'LENGTH' || answer.finishReason === 'CONTENT_FILTER';
  const output: Output = { items: [], parts: new Map() };
  for (const [index, { part, refused }] of parts.entries()) {
    const status = isCut && index === parts.length - 1 ? 'incomplete' : 'completed';
    const made = itemOf(part, refused, (kind) => itemId(kind, callId, output.items.length), status);
    if (made === null) continue;
    output.items.push(made.item);
    output.parts.set(made.id, part);
  }
  return output;
}

function itemOf(part: ContentPart, refused: boolean, idOf: (kind: ItemKind) => string, status: Status): { id: string; item: object } | null {
  switch (part.type) {
    case 'text': {
      const id = idOf('msg');
      return { id, item: refused ? refusalItem(id, part.text, status) : textItem(id, part.text, status) };
    }
    case 'reasoning': {
      const id = idOf('rs');
      return { id, item: reasoningItem(id, part.text, part.signature) };
    }
    case 'toolCall': {
      const id = idOf('fc');
      return { id, item: callItem(id, part.call, status) };
    }
    default:
      return null;
  }
}
