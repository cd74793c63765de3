import type { ChatRequest } from './chat.ts';

/** The beginning of its answer that a request gives to the model: the text of a last message of the assistant; empty for none. */
export function begunAnswer({ messages }: Pick<ChatRequest, 'messages'>): string {
  const last = messages.at(-1);
  if (last?.role !== 'ASSISTANT') return '';
  return last.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
