import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { ChatStreamEvent } from '../../operations/chat/chat.ts';

/**
 * Waits for the first event of an answer, so that a call that fails before is an error with a status of its own.
 * @returns all events, the first included
 * @throws KanonError, AbortedError
 */
export async function beginStream(events: AsyncGenerator<ChatStreamEvent>): Promise<AsyncIterable<ChatStreamEvent>> {
  const first = await events.next();
  if (first.done === true) throw new KanonError('INTERNAL', 'The answer has no events.');
  if (first.value.type === 'error') throw first.value.error;
  const begun = new BegunStream(first.value, events);
  return { [Symbol.asyncIterator]: () => begun };
}

/** Whatever goes wrong comes as the last event, also that the caller's deadline has run out. For one reader. */
class BegunStream implements AsyncIterator<ChatStreamEvent> {
  readonly #events: AsyncGenerator<ChatStreamEvent>;
  readonly #sequence: number;
  #first: ChatStreamEvent | null;

  constructor(first: ChatStreamEvent, events: AsyncGenerator<ChatStreamEvent>) {
    this.#events = events;
    this.#sequence = first.sequence;
    this.#first = first;
  }

  async next(): Promise<IteratorResult<ChatStreamEvent>> {
    const first = this.#first;
    if (first !== null) {
      this.#first = null;
      return { done: false, value: first };
    }
    try {
      return await this.#events.next();
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      return { done: false, value: { sequence: this.#sequence, type: 'error', error: new KanonError('STREAM_INTERRUPTED', error.message) } };
    }
  }

  async return(): Promise<IteratorResult<ChatStreamEvent>> {
    await this.#events.return(undefined);
    return { done: true, value: undefined };
  }
}
