import type { ChatChunk, ChatRequest, ContentPart, Message } from '../../canonical/chat.ts';

/** The request with the beginning of its answer, behind what the caller has begun, for a target that goes on from there. */
export function withBeginning(request: ChatRequest, delivered: string): ChatRequest {
  const { messages } = request;
  const last = messages.at(-1);
  if (last?.role !== 'ASSISTANT') return { ...request, messages: [...messages, { role: 'ASSISTANT', content: [{ type: 'text', text: delivered.trimEnd() }] }] };
  return { ...request, messages: [...messages.slice(0, -1), longer(last, delivered.trimEnd())] };
}

/** Two texts would be two paragraphs to some vendors. */
function longer(message: Message, text: string): Message {
  const end = message.content.at(-1);
  const part: ContentPart = end?.type === 'text' ? { ...end, text: end.text + text } : { type: 'text', text };
  return { ...message, content: [...(end?.type === 'text' ? message.content.slice(0, -1) : message.content), part] };
}

/** Joins a continuation to what is delivered: no white space twice, no thinking in the middle of an answer. */
export class Continuation {
  #spaceIsThere: boolean;

  constructor(delivered: string) {
    this.#spaceIsThere = delivered.trimEnd().length < delivered.length;
  }

  push(chunk: ChatChunk): ChatChunk | null {
    if (chunk.type === 'reasoning') return null;
    if (chunk.type !== 'text' || !this.#spaceIsThere) return chunk;
    const text = chunk.text.trimStart();
    if (text === '') return null;
    this.#spaceIsThere = false;
    return { ...chunk, text };
  }
}
