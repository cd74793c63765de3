import { outgoing } from '../../telemetry/tracing/outgoing.ts';
import { Exchange, type VendorAnswer } from './exchange.ts';
import type { VendorPool } from './pool.ts';
import { readAll } from './response-body.ts';
import { isGood, VendorRefusal } from './refusal.ts';

/** Most bytes that are read of an error answer. */
const ERROR_BODY_BYTES = 64 * 1024;

/** Milliseconds until a connection must have been made. */
const CONNECT_MS = 30_000;

/**
 * JSON requests to one vendor over one HTTP/1.1 pool. Redirects are not followed: they would carry the key away. There
 * are no deadlines and no second tries here; the calls' own signals and routes decide.
 */
export class VendorHttp {
  readonly #origin: string;
  readonly #connectMs: number;
  readonly #headers: Readonly<Record<string, string>>;
  #pool: VendorPool | undefined;
  /** Loaded with the first request: a gateway that starts has better things to do. */
  #loading: Promise<VendorPool> | undefined;
  #closed: Promise<void> | undefined;

  /**
   * @param baseUrl all requests go to its origin
   * @param headers of every request, names in lower case
   * @param connectMs a connection that cannot be made is given up after so long, should no signal have done so before
   * @throws TypeError when the URL is none
   */
  constructor(baseUrl: string, headers: Readonly<Record<string, string>>, connectMs: number = CONNECT_MS) {
    this.#origin = new URL(baseUrl).origin;
    this.#headers = headers;
    this.#connectMs = connectMs;
  }

  /**
   * Posts a body and waits for the head of the answer. The signal ends it at any time, also in mid-answer.
   * @param path with its query
   * @param more headers of this request alone, names in lower case
   * @throws VendorRefusal for a status that is not 2xx; the signal's reason; whatever broke the connection
   */
  async post(path: string, body: unknown, signal: AbortSignal, more?: Readonly<Record<string, string>>): Promise<VendorAnswer> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw new Error('the provider is closed');
    const pool = this.#pool ?? (await this.#open());
    const exchange = new Exchange(signal);
    const traceparent = outgoing.getStore();
    const headers = traceparent === undefined && more === undefined ? this.#headers : { ...this.#headers, ...more, ...(traceparent !== undefined && { traceparent }) };
    pool.dispatch({ path, method: 'POST', headers, body: JSON.stringify(body) }, exchange);
    const answer = await exchange.answer;
    if (isGood(answer.status)) return answer;
    const text = await readAll(answer.body, ERROR_BODY_BYTES).catch(() => Buffer.alloc(0));
    signal.throwIfAborted();
    throw new VendorRefusal(answer.status, answer.headers, text.toString('utf8'));
  }

  /** Breaks off what is under way and closes all connections. */
  close(): Promise<void> {
    this.#closed ??= Promise.resolve(this.#loading?.then((pool) => pool.close()));
    return this.#closed;
  }

  async #open(): Promise<VendorPool> {
    this.#loading ??= import('./pool.ts').then(({ createPool }) => createPool(this.#origin, this.#connectMs));
    this.#pool = await this.#loading;
    return this.#pool;
  }
}
