import { makeServer } from 'graphql-ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { endOf, type SocketLife } from './socket-life.ts';
import { protocolOptions, type SocketState, type WebSocketOptions } from './socket-protocol.ts';

const PING_MS = 12_000;
/** Milliseconds between two looks at whether the principals of open sockets are still let in. */
const LOOK_MS = 500;
/** The same while the gateway closes, at whether they have ended. */
const DRAIN_LOOK_MS = 25;
/** Bytes that may wait for a reader before its stream pauses. */
const HIGH_WATER_BYTES = 64 * 1_024;

/** GraphQL over WebSocket: the subprotocol `graphql-transport-ws`, queries and subscriptions alike. */
export class GraphQLWebSockets {
  readonly #sockets: WebSocketServer;
  readonly #serve: (socket: WebSocket, request: IncomingMessage) => void;
  readonly #extras = new Map<WebSocket, SocketState>();
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
    this.#look = setInterval(() => this.#closeEnded(), LOOK_MS).unref();
    this.#serve = (socket, request) => {
      const gone = new AbortController();
      const extra: SocketState = { address: options.addressOf(request), signal: gone.signal, admission: null, traceparent: request.headers['traceparent'], send: (message) => send(socket, message), operations: {}, openedAt: Date.now(), activeAt: Date.now() };
      this.#extras.set(socket, extra);
      const closed = server.opened(
        {
          protocol: socket.protocol,
          send: extra.send,
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
