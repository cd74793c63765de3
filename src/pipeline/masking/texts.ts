import type { ChatRequest, ContentPart, JsonValue, Message } from '../../canonical/chat.ts';
import type { Operation, OperationRequests } from '../../canonical/results.ts';
import { mapDocument } from '../../canonical/document.ts';
import { mapCitations, mapTexts } from '../../canonical/vendor-tools.ts';

/** Puts another text in the place of one. `json`: it stays JSON. */
export type Change = (text: string, json: boolean) => string;

/**
 * A request with every text changed that comes from a caller and goes to a model; the same one where no text is
 * another. Tools are the application's own words and stay as they are.
 */
export function withTexts<O extends Operation>(operation: O, request: OperationRequests[O], change: Change): OperationRequests[O] {
  return REQUESTS[operation](request, change);
}

const REQUESTS: { [O in Operation]: (request: OperationRequests[O], change: Change) => OperationRequests[O] } = {
  CHAT: changeChat,
  SENTIMENT: (request, change) => ({ ...request, text: change(request.text, false) }),
  EMBED: (request, change) => ({ ...request, texts: request.texts.map((text) => change(text, false)) }),
  VISION: (request, change) => (request.question === null ? request : { ...request, question: change(request.question, false) }),
};

function changeChat(request: ChatRequest, change: Change): ChatRequest {
  const messages = changeEach(request.messages, (message) => changeMessage(message, change));
  const grounding = changeEach(request.grounding, (grounding) => {
    const text = change(grounding.text, false);
    return text === grounding.text ? grounding : { ...grounding, text };
  });
  const stop = changeEach(request.stop, (text) => change(text, false));
  const { user, extra } = request;
  if (messages === request.messages && grounding === request.grounding && stop === request.stop && user === undefined && extra === undefined) return request;
  return {
    ...request,
    messages,
    grounding,
    stop,
    ...(user !== undefined && { user: change(user, false) }),
    ...(extra !== undefined && { extra: { ...extra, parameters: changeObject(extra.parameters, change) } }),
  };
}

function changeMessage(message: Message, change: Change): Message {
  const content = changeEach(message.content, (part) => changePart(part, change));
  if (message.name === undefined) return content === message.content ? message : { ...message, content };
  return { ...message, content, name: change(message.name, false) };
}

/** The list itself where no item is another. */
function changeEach<T>(list: T[], change: (item: T) => T): T[] {
  let changed: T[] | null = null;
  for (const [index, item] of list.entries()) {
    const other = change(item);
    if (other === item) continue;
    changed ??= [...list];
    changed[index] = other;
  }
  return changed ?? list;
}

/** The values of parameters that only one vendor knows: nobody here knows which of them hold text. */
function changeObject(fields: Record<string, JsonValue>, change: Change): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, changeJson(value, change)]));
}

function changeJson(value: JsonValue, change: Change): JsonValue {
  if (typeof value === 'string') return change(value, false);
  if (Array.isArray(value)) return value.map((item) => changeJson(item, change));
  return value !== null && typeof value === 'object' ? changeObject(value, change) : value;
}

function changePart(part: ContentPart, change: Change): ContentPart {
  switch (part.type) {
    case 'text': {
      const text = change(part.text, false);
      if (part.citations === undefined) return text === part.text ? part : { ...part, text };
      return { ...part, text, citations: mapCitations(part.citations, (cited) => change(cited, false)) };
    }
    case 'document':
      return { ...part, document: mapDocument(part.document, (text) => change(text, false)) };
    case 'vendor':
      return { ...part, block: mapTexts(part.block, (text) => change(text, false)) };
    case 'reasoning':
      return { ...part, text: change(part.text, false) };
    case 'toolCall':
      return { ...part, call: { ...part.call, arguments: change(part.call.arguments, true) } };
    case 'toolResult':
      return { ...part, result: { ...part.result, content: change(part.result.content, isJson(part.result.content)) } };
    case 'image':
    case 'audio':
      return part;
  }
}

/** A tool may answer with anything; what begins as JSON and is JSON stays JSON. */
export function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
