import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { ChatStreamEvent } from '../../operations/chat/chat.ts';

/**
 * Waits for the first events of an answer, so that a call that fails before is an error with a status of its own.
 * @returns all events, the first included
 * @throws KanonError, AbortedError
 */
export async function beginStream(events: AsyncGenerator<readonly ChatStreamEvent[]>): Promise<AsyncIterable<readonly ChatStreamEvent[]>> {
  const first = await events.next();
  const [event] = first.done === true ? [] : first.value;
  if (first.done === true || event === undefined) throw new KanonError('INTERNAL', 'The answer has no events.');
  if (event.type === 'error') throw event.error;
  const begun = new BegunStream(first.value, events);
  return { [Symbol.asyncIterator]: () => begun };
}

/** Whatever goes wrong comes as the last event, also that the caller's deadline has run out. For one reader. */
class BegunStream implements AsyncIterator<readonly ChatStreamEvent[]> {
  readonly #events: AsyncGenerator<readonly ChatStreamEvent[]>;
  #sequence = 0;
  #first: readonly ChatStreamEvent[] | null;

  constructor(first: readonly ChatStreamEvent[], events: AsyncGenerator<readonly ChatStreamEvent[]>) {
    this.#events = events;
    this.#first = first;
    this.#told(first);
  }

  async next(): Promise<IteratorResult<readonly ChatStreamEvent[]>> {
    const first = this.#first;
    if (first !== null) {
      this.#first = null;
      return { done: false, value: first };
    }
    try {
      const next = await this.#events.next();
      if (next.done !== true) this.#told(next.value);
      return next;
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      return { done: false, value: [{ sequence: this.#sequence, type: 'error', error: new KanonError('STREAM_INTERRUPTED', error.message) }] };
    }
  }

  async return(): Promise<IteratorResult<readonly ChatStreamEvent[]>> {
    await this.#events.return(undefined);
    return { done: true, value: undefined };
  }

  #told(events: readonly ChatStreamEvent[]): void {
    this.#sequence += events.length;
  }
}
