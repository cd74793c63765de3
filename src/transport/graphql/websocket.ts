import { makeServer } from 'graphql-ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { endOf, type SocketLife } from './socket-life.ts';
import { protocolOptions, type SocketState, type WebSocketOptions } from './socket-protocol.ts';
import { TextFrames } from './text-frames.ts';

/** Milliseconds between two questions whether the other side is there. */
const PING_MS = 12_000;
/** Milliseconds between two looks at a socket: whether its principal is still let in, and whether it is still there. */
const LOOK_MS = 500;
/** So many times in between some of the sockets are looked at, and never all at once. */
const SLICES = 10;
/** The same while the gateway closes, at whether they have ended. */
const DRAIN_LOOK_MS = 25;

/** What is kept of a socket, beside what its protocol needs. */
interface OpenSocket extends SocketState {
  frames: TextFrames;
  /** When it was last asked whether the other side is there. */
  pingedAt: number;
  /** The other side has answered since. */
  isThere: boolean;
}

/** GraphQL over WebSocket: the subprotocol `graphql-transport-ws`, queries and subscriptions alike. */
export class GraphQLWebSockets {
  readonly #sockets: WebSocketServer;
  readonly #serve: (socket: WebSocket, request: IncomingMessage, connection: Duplex) => void;
  readonly #open = new Map<WebSocket, OpenSocket>();
  /** Where the last look has stopped. */
  #looking: Iterator<[WebSocket, OpenSocket]> = [].values();
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
    const server = makeServer<Record<string, unknown>, SocketState>(protocolOptions(options, () => this.#draining));
    this.#look = setInterval(() => this.#lookAtSome(), LOOK_MS / SLICES).unref();
    this.#serve = (socket, request, connection) => {
      const gone = new AbortController();
      const frames = new TextFrames(connection);
      const now = Date.now();
      const state: OpenSocket = {
        address: options.addressOf(request),
        signal: gone.signal,
        admission: null,
        traceparent: request.headers['traceparent'],
        send: (message) => (socket.readyState === socket.OPEN ? frames.send(message) : undefined),
        operations: {},
        openedAt: now,
        activeAt: now,
        frames,
        pingedAt: now,
        isThere: true,
      };
      this.#open.set(socket, state);
      const closed = server.opened(
        {
          protocol: socket.protocol,
          send: state.send,
          close: (code, reason) => close(socket, state, code, reason),
          onMessage: (handle) => {
            socket.on('message', (message) => {
              state.activeAt = Date.now();
              handle(String(message)).catch((error: unknown) => {
                // A message that only a server may send: graphql-ws throws where its protocol has a code.
                if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
                  close(socket, state, 4400, 'Invalid message');
                  return;
                }
                options.log.error({ err: error }, 'a message of a socket could not be handled');
                close(socket, state, 1011, 'Internal error');
              });
            });
          },
        },
        state,
      );
      socket.on('pong', () => {
        state.isThere = true;
      });
      socket.on('error', (error) => options.log.debug({ err: error }, 'a socket failed'));
      socket.once('close', (code, reason) => {
        this.#open.delete(socket);
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
      this.#sockets.handleUpgrade(request, connection, head, (socket) => this.#serve(socket, request, connection));
    });
  }

  get size(): number {
    return this.#sockets.clients.size;
  }

  /** Looks at as many sockets as it takes to have seen each of them about once in the time between two looks. */
  #lookAtSome(): void {
    const now = Date.now();
    for (let left = Math.ceil(this.#open.size / SLICES); left > 0; left--) {
      let next = this.#looking.next();
      if (next.done === true) {
        this.#looking = this.#open.entries();
        next = this.#looking.next();
      }
      if (next.done !== true) this.#lookAt(...next.value, now);
    }
  }

  /**
   * Closes the socket of a key that has expired or was revoked: 4403, as when it had come with such a key; and one that
   * is idle or too old: 1001, whereupon a client connects again when it needs to. One whose other side has not answered
   * since it was last asked is ended.
   */
  #lookAt(socket: WebSocket, state: OpenSocket, now: number): void {
    const { admission, operations, pingedAt } = state;
    if (admission !== null && admission.current() === null) close(socket, state, 4403, 'Forbidden');
    if (hasAny(operations)) state.activeAt = now;
    const end = endOf(state, this.#life, now);
    if (end !== null) close(socket, state, 1001, end);
    if (now - pingedAt < PING_MS) return;
    if (!state.isThere) {
      socket.terminate();
      return;
    }
    state.isThere = false;
    state.pingedAt = now;
    if (socket.readyState === socket.OPEN) socket.ping();
  }

  /** Takes no new operation; a socket goes (1001) when its last one has ended, at the latest after the grace (ms). */
  async close(graceMs: number): Promise<void> {
    this.#draining = true;
    clearInterval(this.#look);
    const until = performance.now() + graceMs;
    while (this.#open.size > 0 && performance.now() < until) {
      for (const [socket, state] of this.#open) if (!hasAny(state.operations)) close(socket, state, 1001, 'Going away');
      await sleep(DRAIN_LOOK_MS);
    }
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#sockets.close(() => resolve());
    });
  }
}

/** What was sent before it comes before it. */
function close(socket: WebSocket, { frames }: OpenSocket, code?: number, reason?: string): void {
  frames.flush();
  socket.close(code, reason);
}

function hasAny(operations: SocketState['operations']): boolean {
  for (const _ in operations) return true;
  return false;
}
