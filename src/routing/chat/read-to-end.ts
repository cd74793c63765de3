import type { ChatChunk } from '../../canonical/chat.ts';
import { KanonError } from '../../canonical/errors.ts';
import type { RouteContext } from '../context.ts';
import { OpenChat } from './open.ts';

/**
 * Reads an answer to its end, and gives it back as one that can be read again: in a race only a complete answer wins.
 * @throws KanonError when it breaks off; AbortedError when the caller left
 */
export async function readToEnd(open: OpenChat, context: RouteContext): Promise<OpenChat> {
  const chunks: ChatChunk[] = [];
  try {
    for (let chunk = open.first; ; chunk = open.ready() ?? (await open.next())) {
      open.attempt.progress();
      if (chunk.type === 'usage') open.attempt.usage = chunk.usage;
      chunks.push(chunk);
      if (chunk.type === 'finish') return new OpenChat(open.attempt, chunks[0] ?? chunk, chunks, open.request, nothingMore(open));
    }
  } catch (error) {
    const failure = open.attempt.failed(error, () => open.lost(textOf(chunks)));
    open.close();
    const left = context.signal.aborted ? 'no longer needed' : failure.message;
    throw new KanonError('UPSTREAM_UNAVAILABLE', `A target broke off before the end of its answer: ${left}`, { cause: failure });
  }
}

/** Closing it closes the answer that was read. */
function nothingMore(open: OpenChat): AsyncIterator<readonly ChatChunk[]> {
  const end = async (): Promise<IteratorResult<readonly ChatChunk[]>> => {
    open.close();
    return { done: true, value: undefined };
  };
  return { next: end, return: end };
}

function textOf(chunks: readonly ChatChunk[]): string {
  return chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');
}
