import { AbortedError } from '../../canonical/errors.ts';

/**
 * An answer that stops as soon as its reader does: a plain async generator only learns that its reader has left
 * when its own wait is over, and a silent vendor can make that long.
 * @param run makes the answer; its signal follows the given one and the reader
 */
export function cancellable<T>(signal: AbortSignal, run: (signal: AbortSignal) => AsyncGenerator<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator](): AsyncIterator<T> {
      const stop = new AbortController();
      const follow = (): void => stop.abort(signal.reason);
      if (signal.aborted) follow();
      else signal.addEventListener('abort', follow, { once: true });
      const answer = (async function* () {
        try {
          yield* run(stop.signal);
        } finally {
          signal.removeEventListener('abort', follow);
        }
      })();
      return {
        next: () => answer.next(),
        return: async (value) => {
          stop.abort(new AbortedError());
          signal.removeEventListener('abort', follow);
          return answer.return(value);
        },
      };
    },
  };
}
