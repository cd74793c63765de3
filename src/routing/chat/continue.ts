import type { ChatChunk, ChatRequest } from '../../canonical/chat.ts';

/** The request with the beginning of its answer, for a target that goes on from there. */
export function withBeginning(request: ChatRequest, delivered: string): ChatRequest {
  return { ...request, messages: [...request.messages, { role: 'ASSISTANT', content: [{ type: 'text', text: delivered.trimEnd() }] }] };
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
