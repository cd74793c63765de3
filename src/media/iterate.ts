import { Readable } from 'node:stream';
import { untilAborted } from './gate.ts';

/**
 * The chunks of a stream until the signal aborts, also while it waits for the next. Left early, a Node stream is not
 * destroyed: it may be a request whose socket still carries the answer, so its owner decides.
 */
export async function* abortable(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const isNodeStream = stream instanceof Readable;
  const iterator: AsyncIterator<Uint8Array> = isNodeStream
    ? stream.iterator({ destroyOnReturn: false })
    : stream[Symbol.asyncIterator]();
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
