import type { Dispatcher } from 'undici';
import { outgoing } from '../../telemetry/tracing/outgoing.ts';
import type { VendorPool } from './pool.ts';
import { readAll, ResponseBody } from './response-body.ts';

/**
 * As much of `fetch` as a vendor's SDK needs to send a request, over one HTTP/1.1 pool: a quarter of the cost of
 * the WHATWG fetch. The answer's body is not on the Response but beside it, see `body`; only answers with an error
 * status carry their text, for the SDK to make an error of.
 */
export interface LeanFetch {
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The body of a good answer of this fetch. */
  body(response: Response): ResponseBody;
  /** Breaks off what is under way and closes all connections. */
  close(): Promise<void>;
}

/** Most bytes that are read of an error answer. */
const ERROR_BODY_BYTES = 64 * 1024;

const NO_BODY_STATUS = new Set([204, 205, 304]);

/** Milliseconds until a connection must have been made. */
const CONNECT_MS = 30_000;

/**
 * @param baseUrl all requests go to its origin
 * @param connectMs a connection that cannot be made is given up after so long, should no signal have done so before
 * @throws TypeError when the URL is none
 */
export function createLeanFetch(baseUrl: string, connectMs: number = CONNECT_MS): LeanFetch {
  const { origin } = new URL(baseUrl);
  // Loaded with the first request: a gateway that starts has better things to do.
  let pool: Promise<VendorPool> | undefined;
  let closed: Promise<void> | undefined;
  const bodies = new WeakMap<Response, ResponseBody>();

  return {
    async fetch(input, init = {}) {
      const url = new URL(input instanceof Request ? input.url : input);
      if (closed) throw new Error('the provider is closed');
      pool ??= import('./pool.ts').then(({ createPool }) => createPool(origin, connectMs));
      const { status, headers, body } = await exchange(await pool, url, init);
      if (status < 200 || status > 299) {
        const text = await readAll(body, ERROR_BODY_BYTES).catch(() => Buffer.alloc(0));
        return new Response(NO_BODY_STATUS.has(status) ? null : text.toString('utf8'), { status: clampStatus(status), headers });
      }
      const response = new Response(null, { status, headers });
      bodies.set(response, body);
      return response;
    },
    body(response) {
      const body = bodies.get(response);
      if (!body) throw new TypeError('not an answer of this fetch');
      return body;
    },
    close() {
      closed ??= Promise.resolve(pool?.then((open) => open.close()));
      return closed;
    },
  };
}

interface Answer {
  status: number;
  headers: Headers;
  body: ResponseBody;
}

/** Sends one request. Resolves with the head of the answer; the signal aborts it at any time, also in mid-body. */
function exchange(pool: VendorPool, url: URL, init: RequestInit): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { signal } = init;
    let controller: Dispatcher.DispatchController | undefined;
    let body: ResponseBody | undefined;
    let over = false;

    const abort = (): void => {
      const reason: unknown = signal?.reason;
      const error = reason instanceof Error ? reason : new DOMException('The request was aborted.', 'AbortError');
      if (body) {
        body.cancel(error);
        return;
      }
      finish(error);
      controller?.abort(error);
    };
    const finish = (error?: unknown): void => {
      if (over) return;
      over = true;
      signal?.removeEventListener('abort', abort);
      if (error === undefined) body?.end();
      else if (body) body.fail(error);
      else reject(error);
    };

    if (signal?.aborted) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        // Aborted while it waited for a connection.
        if (over) started.abort(new DOMException('The request was aborted.', 'AbortError'));
      },
      onResponseStart(current, status, headers) {
        if (status < 200) return;
        body = new ResponseBody({
          pause: () => current.pause(),
          resume: () => current.resume(),
          abort: (reason) => {
            finish(reason);
            current.abort(reason);
          },
        });
        resolve({ status, headers: responseHeaders(headers), body });
      },
      onResponseData: (_controller, chunk) => body?.push(chunk),
      onResponseEnd: () => finish(),
      onResponseError: (_controller, error) => finish(error),
    };

    try {
      pool.dispatch(
        {
          path: url.pathname + url.search,
          method: init.method ?? 'GET',
          headers: requestHeaders(init.headers),
          body: typeof init.body === 'string' ? init.body : null,
        },
        handler,
      );
    } catch (error) {
      finish(error);
    }
  });
}

/** The SDKs' headers, less those that tell the vendor about this machine. Nothing here unpacks a compressed answer. */
function requestHeaders(given: RequestInit['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of given instanceof Headers ? given : new Headers(given)) {
    if (!name.startsWith('x-stainless-') && name !== 'content-length') headers[name] = value;
  }
  headers['accept-encoding'] = 'identity';
  const traceparent = outgoing.getStore();
  if (traceparent !== undefined) headers['traceparent'] = traceparent;
  return headers;
}

function responseHeaders(given: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && name !== 'set-cookie') headers.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return headers;
}

/** A Response cannot be made with a status outside of what HTTP defines. */
function clampStatus(status: number): number {
  return status > 599 ? 599 : status;
}
