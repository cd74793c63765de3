import { untilAborted } from './gate.ts';

/**
 * The chunks of a stream until the signal aborts, also while it waits for the next. Left early, the stream is ended;
 * a request that is ended so can still be answered on its socket.
 */
export async function* abortable(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  let isDone = false;
  try {
    while (true) {
      const next = await untilAborted(iterator.next(), signal);
      isDone = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a stream that stalls would answer only after its next chunk.
    if (!isDone) iterator.return?.().catch(() => {});
  }
}
