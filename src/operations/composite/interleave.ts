/**
 * Reads several streams at once and yields what comes, as it comes; each stream is asked for its next item only
 * when its last one was taken, so that a slow reader slows all of them. Stopping the reader stops all streams.
 * @throws what a stream throws, after the others were stopped
 */
export async function* interleave<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  type Turn = { stream: AsyncGenerator<T>; result: IteratorResult<T> };
  const turn = async (stream: AsyncGenerator<T>): Promise<Turn> => ({ stream, result: await stream.next() });
  const turns = new Map(streams.map((stream) => [stream, turn(stream)]));
  try {
    while (turns.size > 0) {
      const { stream, result } = await Promise.race(turns.values());
      if (result.done === true) {
        turns.delete(stream);
        continue;
      }
      turns.set(stream, turn(stream));
      yield result.value;
    }
  } finally {
    for (const [stream, pending] of turns) {
      pending.catch(() => {});
      // A stream that is waiting for its next item ends when it comes; its caller's signal makes that soon.
      void stream.return(undefined).catch(() => {});
    }
  }
}
