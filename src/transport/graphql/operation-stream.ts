import type { ExecutionResult } from 'graphql';
import type { ExecutionResponse, ResponsePart } from '../../graphql/execution/executor.ts';

/** A part on its way through graphql-ws, which knows only results with unformatted errors. */
export class Envelope implements ExecutionResult {
  readonly data?: null;
  readonly part: ResponsePart;

  constructor(part: ResponsePart) {
    this.part = part;
  }
}

/**
 * An operation of a socket as a stream of its parts, ready to be ended at any moment: `return` aborts what the
 * operation is waiting for, which a generator alone does only after the wait.
 */
export class OperationStream implements AsyncGenerator<Envelope, void, undefined> {
  readonly #controller: AbortController;
  readonly #parts: AsyncGenerator<Envelope, void, undefined>;

  /** @param execute called at once */
  constructor(controller: AbortController, execute: () => Promise<ExecutionResponse>) {
    this.#controller = controller;
    this.#parts = partsOf(execute());
  }

  next(): Promise<IteratorResult<Envelope, void>> {
    return this.#parts.next();
  }

  async return(): Promise<IteratorResult<Envelope, void>> {
    this.#controller.abort();
    // The stream is over for its reader now; what is left behind ends by the signal.
    this.#parts.return(undefined).catch(() => {});
    return { done: true, value: undefined };
  }

  throw(error: unknown): Promise<IteratorResult<Envelope, void>> {
    this.#controller.abort();
    return this.#parts.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

async function* partsOf(execution: Promise<ExecutionResponse>): AsyncGenerator<Envelope, void, undefined> {
  const answer = await execution;
  if (answer.kind === 'single') yield new Envelope(answer.result);
  else for await (const part of answer.parts) yield new Envelope(part);
}
