import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Behaviour, PartialBehaviour } from './behaviour.ts';
import { perform, type WireAnswer } from './perform.ts';

/** One request as the fake vendor got it. */
export interface RecordedRequest {
  /** 1 for the first request to this server. */
  readonly attempt: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; undefined where it was none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The client closed the connection before the answer was complete. */
  aborted: boolean;
  /** The answer is over, in whatever way. */
  ended: boolean;
}

/** Something that a real vendor would not have accepted. */
interface Violation {
  attempt: number;
  message: string;
}

/** Decides what the vendor does with a request; the first attempt is 1. */
export type Script = (request: RecordedRequest, attempt: number) => PartialBehaviour | Promise<PartialBehaviour>;

/** What is peculiar to one vendor. */
export interface Dialect {
  /** Everything wrong with the request, and the status that the vendor refuses it with. */
  check(request: RecordedRequest): { status: number; messages: string[] };
  /** The body of an error answer. */
  errorBody(status: number, error?: Record<string, unknown>): Record<string, unknown>;
  /** Headers on every answer. */
  headers(request: RecordedRequest): Record<string, string>;
  answer(request: RecordedRequest, behaviour: Behaviour): WireAnswer;
}

export interface FakeVendor {
  /** What a provider takes as its `baseUrl`. */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  /** Connections that are open now, idle ones included. */
  readonly openConnections: number;
  /** Requests whose answer is not over. */
  readonly openRequests: number;
  /** Changes what happens from the next request on. */
  behave(script: Script | PartialBehaviour): void;
  /** Forgets requests and violations; attempts count from 1 again. */
  reset(): void;
  /** Breaks all connections and stops listening. */
  close(): Promise<void>;
}

/** A server under load remembers this many of its last requests. */
const REMEMBERED = 20_000;

const NO_BEHAVIOUR: Behaviour = { answer: {}, delays: {}, faults: [] };

/** Starts a fake vendor on 127.0.0.1 with a free port. */
export async function startFakeVendor(
  dialect: Dialect,
  basePath: string,
  script: Script | PartialBehaviour = {},
): Promise<FakeVendor> {
  const requests: RecordedRequest[] = [];
  const violations: Violation[] = [];
  const sockets = new Set<Socket>();
  let current = script;
  let attempts = 0;
  let openRequests = 0;
  let closed: Promise<void> | undefined;

  const server = createServer((incoming, response) => {
    void serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request: RecordedRequest = {
      attempt: ++attempts,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: {},
      receivedAt: Date.now(),
      aborted: false,
      ended: false,
    };
    requests.push(request);
    if (requests.length > REMEMBERED) requests.splice(0, REMEMBERED / 2);
    openRequests++;
    const over = new AbortController();
    const overPromise = new Promise<void>((resolve) => {
      response.once('close', () => {
        request.aborted = !response.writableFinished && !request.ended;
        request.ended = true;
        openRequests--;
        over.abort();
        resolve();
      });
    });
    Object.assign(request, { body: await readJson(incoming) });

    const verdict = dialect.check(request);
    if (verdict.messages.length > 0) {
      for (const message of verdict.messages) violations.push({ attempt: request.attempt, message });
      sendJson(response, verdict.status, dialect.errorBody(verdict.status, { message: verdict.messages.join('; ') }), dialect.headers(request));
      return;
    }
    const chosen = typeof current === 'function' ? await current(request, request.attempt) : current;
    const behaviour: Behaviour = { ...NO_BEHAVIOUR, ...chosen };
    await perform({
      response,
      behaviour,
      wire: () => dialect.answer(request, behaviour),
      errorBody: (status, error) => dialect.errorBody(status, error),
      headers: dialect.headers(request),
      // What this server breaks off by itself is no abort of the client.
      breakOff: () => {
        request.ended = true;
        incoming.socket.destroy();
      },
      over: overPromise,
      signal: over.signal,
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}${basePath}`,
    requests,
    violations,
    get openConnections() {
      return sockets.size;
    },
    get openRequests() {
      return openRequests;
    },
    behave(next) {
      current = next;
    },
    reset() {
      requests.length = 0;
      attempts = 0;
      violations.length = 0;
    },
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closed;
    },
  };
}

async function readJson(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}');
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string>): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
