import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { ChatStreamEvent } from '../../operations/chat/chat.ts';

/**
 * Waits for the first event of an answer, so that a call that fails before is an error with a status of its own.
 * @returns all events, the first included
 * @throws KanonError, AbortedError
 */
export async function beginStream(events: AsyncGenerator<ChatStreamEvent>): Promise<AsyncGenerator<ChatStreamEvent>> {
  const first = await events.next();
  if (first.done === true) throw new KanonError('INTERNAL', 'The answer has no events.');
  if (first.value.type === 'error') throw first.value.error;
  return withFirst(first.value, events);
}

/** Whatever goes wrong comes as the last event, also that the caller's deadline has run out. */
async function* withFirst(first: ChatStreamEvent, events: AsyncGenerator<ChatStreamEvent>): AsyncGenerator<ChatStreamEvent> {
  try {
    yield first;
    yield* events;
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    yield { sequence: first.sequence, type: 'error', error: new KanonError('STREAM_INTERRUPTED', error.message) };
  } finally {
    await events.return(undefined);
  }
}
