/**
 * An answer that stops as soon as its reader does: a plain async generator only learns that its reader has left
 * when its own wait is over, and a silent vendor can make that long.
 * @param run makes the answer; its signal follows the given one and the reader
 */
export function cancellable<T>(signal: AbortSignal, run: (signal: AbortSignal) => AsyncGenerator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new CancellableAnswer(signal, run) };
}

/** Why the request of a reader who leaves ends. Made once: nobody is told, and an error with its stack is dear. */
const LEFT = new Error('the reader left');

class CancellableAnswer<T> implements AsyncIterator<T> {
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #follow: () => void;
  readonly #answer: AsyncGenerator<T>;
  #asked = false;
  #done = false;

  constructor(signal: AbortSignal, run: (signal: AbortSignal) => AsyncGenerator<T>) {
    this.#signal = signal;
    this.#follow = () => this.#stop.abort(signal.reason);
    if (signal.aborted) this.#follow();
    else signal.addEventListener('abort', this.#follow, { once: true });
    this.#answer = run(this.#stop.signal);
  }

  /** For one reader, who waits for each event before asking for the next. */
  async next(): Promise<IteratorResult<T>> {
    if (this.#done) return { done: true, value: undefined };
    this.#asked = true;
    try {
      // What came before an abort is dropped: nobody is to work on it any more.
      this.#stop.signal.throwIfAborted();
      const next = await this.#answer.next();
      this.#stop.signal.throwIfAborted();
      if (next.done === true) this.#end();
      return next;
    } catch (error) {
      this.#end();
      await this.#answer.return(undefined);
      throw error;
    } finally {
      this.#asked = false;
    }
  }

  async return(): Promise<IteratorResult<T>> {
    // Where nobody waits for it, the answer ends by itself.
    if (this.#asked) this.#stop.abort(LEFT);
    this.#end();
    await this.#answer.return(undefined);
    return { done: true, value: undefined };
  }

  #end(): void {
    this.#done = true;
    this.#signal.removeEventListener('abort', this.#follow);
  }
}
