import type { Dispatcher } from 'undici';
import { headerOf, type ResponseHeaders } from './refusal.ts';
import { ResponseBody, type BodySource } from './response-body.ts';

/** The head of an answer, and its body as it arrives. */
export interface VendorAnswer {
  status: number;
  headers: ResponseHeaders;
  body: ResponseBody;
}

/** A server that does not stream says so by its content type. */
export function isJson({ headers }: VendorAnswer): boolean {
  return headerOf(headers, 'content-type')?.includes('application/json') ?? false;
}

/** One request under way: what the connection tells of it, for one reader, until the signal ends it. */
export class Exchange implements Dispatcher.DispatchHandler, BodySource {
  readonly #answer = Promise.withResolvers<VendorAnswer>();
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#aborted();
  #connection: Dispatcher.DispatchController | null = null;
  #body: ResponseBody | null = null;
  #over = false;

  /** @param signal not yet aborted */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Rejects with what broke the connection, or with the signal's reason. */
  get answer(): Promise<VendorAnswer> {
    return this.#answer.promise;
  }

  onRequestStart(connection: Dispatcher.DispatchController): void {
    this.#connection = connection;
    // Aborted while it waited for a connection.
    if (this.#over) connection.abort(new DOMException('The request was aborted.', 'AbortError'));
  }

  onResponseStart(_connection: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    if (status < 200) return;
    this.#body = new ResponseBody(this);
    this.#answer.resolve({ status, headers, body: this.#body });
  }

  onResponseData(_connection: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#end();
    this.#body?.end();
  }

  onResponseError(_connection: Dispatcher.DispatchController | null, error: Error): void {
    this.#failed(error);
  }

  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  abort(reason: Error): void {
    this.#failed(reason);
    this.#connection?.abort(reason);
  }

  #aborted(): void {
    const reason: unknown = this.#signal.reason;
    const error = reason instanceof Error ? reason : new DOMException('The request was aborted.', 'AbortError');
    if (this.#body === null) this.abort(error);
    else this.#body.cancel(error);
  }

  #failed(error: unknown): void {
    if (!this.#end()) return;
    if (this.#body === null) this.#answer.reject(error);
    else this.#body.fail(error);
  }

  /** Returns false when it is over already. */
  #end(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
