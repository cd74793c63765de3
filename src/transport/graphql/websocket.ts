import { makeServer, type ServerOptions } from 'graphql-ws';
import { GraphQLError, type ExecutionArgs, type OperationTypeNode } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import { requestContext, type RequestContext, type Services } from '../../graphql/context.ts';
import type { TrustedDocuments } from '../../graphql/documents/trusted.ts';
import type { ExecutionRequest, GraphQLExecutor } from '../../graphql/execution/executor.ts';
import type { Admission, Authenticator } from '../../policy/principals/authenticator.ts';
import type { TraceSpan } from '../../canonical/trace.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Tracer } from '../../telemetry/tracing/tracer.ts';
import { askedOf } from './document.ts';
import { Envelope, OperationStream } from './operation-stream.ts';
import { endOf, type LivingSocket, type SocketLife } from './socket-life.ts';

const PING_MS = 12_000;
/** Milliseconds between two looks at whether the principals of open sockets are still let in. */
const LOOK_MS = 500;
/** The same while the gateway closes, at whether they have ended. */
const DRAIN_LOOK_MS = 25;
/** Bytes that may wait for a reader before its stream pauses. */
const HIGH_WATER_BYTES = 64 * 1_024;

export interface WebSocketOptions {
  executor: GraphQLExecutor;
  services: Services;
  authenticator: Authenticator;
  maxPayloadBytes: number;
  maxSubscriptionsPerSocket: number;
  life: SocketLife;
  documents: TrustedDocuments;
  addressOf: (request: IncomingMessage) => string;
  /** Null where nothing is traced. */
  tracer: Tracer | null;
  /** Whether the sender may not even open a socket. */
  isRefused: (request: IncomingMessage) => boolean;
  log: Log;
}

interface Extra extends Record<PropertyKey, unknown>, LivingSocket {
  address: string;
  /** Aborted when the socket closes. */
  signal: AbortSignal;
  admission: Admission | null;
  traceparent: unknown;
  /** Operations that run, by their ids. */
  operations: Readonly<Record<string, unknown>>;
}

/** GraphQL over WebSocket: the subprotocol `graphql-transport-ws`, queries and subscriptions alike. */
export class GraphQLWebSockets {
  readonly #sockets: WebSocketServer;
  readonly #serve: (socket: WebSocket, request: IncomingMessage) => void;
  readonly #extras = new Map<WebSocket, Extra>();
  readonly #look: NodeJS.Timeout;
  readonly #life: SocketLife;
  readonly #isRefused: WebSocketOptions['isRefused'];
  #draining = false;

  constructor(options: WebSocketOptions) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: options.maxPayloadBytes,
      handleProtocols: (protocols) => (protocols.has('graphql-transport-ws') ? 'graphql-transport-ws' : false),
    });
    this.#life = options.life;
    this.#isRefused = options.isRefused;
    const server = makeServer<Record<string, unknown>, Extra>(serverOptions(options, () => this.#draining));
    this.#look = setInterval(() => this.#closeEnded(), LOOK_MS).unref();
    this.#serve = (socket, request) => {
      const gone = new AbortController();
      const extra: Extra = { address: options.addressOf(request), signal: gone.signal, admission: null, traceparent: request.headers['traceparent'], operations: {}, openedAt: Date.now(), activeAt: Date.now() };
      this.#extras.set(socket, extra);
      const closed = server.opened(
        {
          protocol: socket.protocol,
          send: (data) => send(socket, data),
          close: (code, reason) => socket.close(code, reason),
          onMessage: (handle) => {
            socket.on('message', (message) => {
              extra.activeAt = Date.now();
              handle(String(message)).catch((error: unknown) => {
                // A message that only a server may send: graphql-ws throws where its protocol has a code.
                if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
                  socket.close(4400, 'Invalid message');
                  return;
                }
                options.log.error({ err: error }, 'a message of a socket could not be handled');
                socket.close(1011, 'Internal error');
              });
            });
          },
        },
        extra,
      );
      const ping = keepAlive(socket);
      socket.on('error', (error) => options.log.debug({ err: error }, 'a socket failed'));
      socket.once('close', (code, reason) => {
        clearInterval(ping);
        this.#extras.delete(socket);
        gone.abort();
        void closed(code, String(reason));
      });
    };
  }

  /** Takes over an HTTP connection whose upgrade to `path` is asked for. */
  attach(http: Server, path: string): void {
    http.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
      const url = request.url ?? '/';
      if (url !== path && !url.startsWith(`${path}?`)) {
        connection.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
        return;
      }
      if (this.#draining || this.#isRefused(request)) {
        connection.end(`HTTP/1.1 ${this.#draining ? '503 Service Unavailable' : '403 Forbidden'}\r\nconnection: close\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, connection, head, this.#serve);
    });
  }

  get size(): number {
    return this.#sockets.clients.size;
  }

  /**
   * Closes the sockets of keys that have expired or were revoked: 4403, as when they had come with such a key; and
   * those that are idle or too old: 1001, whereupon a client connects again when it needs to.
   */
  #closeEnded(): void {
    const now = Date.now();
    for (const [socket, extra] of this.#extras) {
      const { admission, operations } = extra;
      if (admission !== null && admission.current() === null) socket.close(4403, 'Forbidden');
      if (Object.keys(operations).length > 0) extra.activeAt = now;
      const end = endOf(extra, this.#life, now);
      if (end !== null) socket.close(1001, end);
    }
  }

  /** Takes no new operation; a socket goes (1001) when its last one has ended, at the latest after the grace (ms). */
  async close(graceMs: number): Promise<void> {
    this.#draining = true;
    clearInterval(this.#look);
    const until = performance.now() + graceMs;
    while (this.#extras.size > 0 && performance.now() < until) {
      for (const [socket, { operations }] of this.#extras) if (Object.keys(operations).length === 0) socket.close(1001, 'Going away');
      await sleep(DRAIN_LOOK_MS);
    }
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#sockets.close(() => resolve());
    });
  }
}

/** One operation of a socket, from when it is taken to when it is executed. */
class SocketOperation {
  readonly controller = new AbortController();
  readonly type: OperationTypeNode;
  readonly request: RequestContext;

  constructor(type: OperationTypeNode, services: Services, principal: Principal, trace: TraceSpan | undefined) {
    this.type = type;
    this.request = requestContext(services, { principal, signal: this.controller.signal, requestId: randomUUID(), metadata: null, ...(trace !== undefined && { trace }) });
  }
}

function serverOptions({ executor, services, authenticator, documents, maxSubscriptionsPerSocket, tracer }: WebSocketOptions, isDraining: () => boolean): ServerOptions<Record<string, unknown>, Extra> {
  // Queries are streams too, of one part: so that they can be ended at any moment.
  const run = (args: ExecutionArgs): OperationStream => {
    const operation: unknown = args.contextValue;
    if (!(operation instanceof SocketOperation)) throw new TypeError('an operation that was not taken by onSubscribe');
    const request: ExecutionRequest = {
      document: args.document,
      operationName: args.operationName ?? null,
      variables: args.variableValues ?? null,
      context: operation.request,
      incremental: 'v0.2',
    };
    return new OperationStream(operation.controller, () => executor.execute(request, operation.type));
  };
  return {
    onConnect: async ({ connectionParams, extra, subscriptions }) => {
      extra.operations = subscriptions;
      const authorization = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
      try {
        const { address, signal } = extra;
        extra.admission = await authenticator.authenticate({ authorization: typeof authorization === 'string' ? authorization : undefined, address, signal });
        return true;
      } catch (error) {
        // The protocol has a close code for it (4403) and no room for more.
        if (error instanceof KanonError) return false;
        throw error;
      }
    },
    onSubscribe: async ({ extra, subscriptions }, _id, payload) => {
      if (isDraining()) return [refusal(CLOSING)];
      // As it stands now: a policy may have changed since the socket was opened.
      const principal = extra.admission?.current() ?? null;
      if (principal === null) return [refusal(new KanonError('UNAUTHENTICATED', 'The key of the socket has expired or was revoked.'))];
      if (Object.keys(subscriptions).length > maxSubscriptionsPerSocket) {
        return [refusal(new KanonError('RATE_LIMITED', `A socket may have at most ${maxSubscriptionsPerSocket} operations at once.`, { details: { retryAfterMs: 1_000 } }))];
      }
      let query: string | null;
      try {
        query = await documents.resolve(askedOf(payload), principal);
      } catch (error) {
        if (error instanceof GraphQLError) return [error];
        throw error;
      }
      const prepared = executor.prepare(query ?? '', payload.operationName ?? null, principal);
      if ('errors' in prepared) return prepared.errors;
      return {
        schema: executor.schema,
        document: prepared.document,
        operationName: payload.operationName ?? null,
        variableValues: payload.variables ?? null,
        contextValue: new SocketOperation(prepared.type, services, principal, tracer?.place(payload.extensions?.['traceparent'] ?? extra.traceparent)),
      };
    },
    execute: run,
    subscribe: run,
    onNext: (_socket, _id, _payload, _args, result) => (result instanceof Envelope ? result.part : undefined),
  };
}

/** What is told to who asks while the gateway closes. */
export const CLOSING = new KanonError('UPSTREAM_UNAVAILABLE', 'This gateway is closing; ask again, and another will answer.', { details: { retryAfterMs: 1_000 } });

function refusal(error: KanonError): GraphQLError {
  return new GraphQLError(error.message, { extensions: { code: error.code, ...error.details } });
}

/** Sends, and waits while more than a little is waiting for the reader. */
function send(socket: WebSocket, data: string): Promise<void> | void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount < HIGH_WATER_BYTES) {
    socket.send(data);
    return;
  }
  return new Promise((resolve) => {
    // A socket that failed meanwhile is closed, and its operations are ended by that.
    socket.send(data, () => resolve());
  });
}

/** Asks every while whether the other side is there, and ends the socket when it was not since the last time. */
function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let alive = true;
  socket.on('pong', () => {
    alive = true;
  });
  return setInterval(() => {
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  }, PING_MS);
}
