import type { ExecutionResponse } from '../../graphql/execution/executor.ts';

/** Sends the JSON of one part to the client; a promise when the client is slower than its parts come. */
export type SendPart = (json: string) => Promise<void> | void;

/**
 * An operation of a socket, for graphql-ws to begin, to end and to tell the end of. The parts go to the socket
 * directly: graphql-ws would take each apart and put it together again. `return` aborts what the operation is waiting
 * for at once, which a generator does only after the wait.
 */
export class OperationStream implements AsyncGenerator<never, void, undefined> {
  readonly #controller: AbortController;
  readonly #answer: Promise<ExecutionResponse>;
  readonly #send: SendPart;

  /** @param execute called at once */
  constructor(controller: AbortController, execute: () => Promise<ExecutionResponse>, send: SendPart) {
    this.#controller = controller;
    this.#answer = execute();
    this.#send = send;
  }

  /** Runs the operation to its end. */
  async next(): Promise<IteratorResult<never, void>> {
    const answer = await this.#answer;
    if (answer.kind === 'single') await this.#deliver(answer.json);
    else {
      for await (const json of answer.parts) {
        if (this.#controller.signal.aborted) break;
        const slow = this.#deliver(json);
        if (slow !== undefined) await slow;
      }
    }
    return { done: true, value: undefined };
  }

  /** Of an operation that was ended nothing more is told. */
  #deliver(json: string): Promise<void> | void {
    return this.#controller.signal.aborted ? undefined : this.#send(json);
  }

  async return(): Promise<IteratorResult<never, void>> {
    this.#controller.abort();
    // The stream is over for its reader now; what is left behind ends by the signal.
    this.#answer.then((answer) => (answer.kind === 'parts' ? answer.parts.return(undefined) : undefined)).catch(() => {});
    return { done: true, value: undefined };
  }

  throw(error: unknown): Promise<IteratorResult<never, void>> {
    this.#controller.abort();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
