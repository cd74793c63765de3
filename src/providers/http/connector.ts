import { Socket } from 'node:net';
import { buildConnector } from 'undici';

/** A connection that cannot be made is given up after this long (ms), should no deadline have done so before. */
const CONNECT_MS = 30_000;

export interface Connector {
  connect: buildConnector.connector;
  /** Gives up all connections that are being made: a pool that is destroyed leaves them to their timeout. */
  close(): void;
}

/** Makes the connections of a pool, HTTP/1.1 only, and knows those that are not made yet. */
export function createConnector(): Connector {
  const connect = buildConnector({ allowH2: false, timeout: CONNECT_MS });
  const pending = new Set<Socket>();
  return {
    connect(options, callback) {
      // It gives the socket back, which its type does not say.
      const socket: unknown = connect(options, (...result) => {
        if (socket instanceof Socket) pending.delete(socket);
        callback(...result);
      });
      if (socket instanceof Socket) pending.add(socket);
    },
    close() {
      for (const socket of pending) socket.destroy(new Error('the provider was closed'));
      pending.clear();
    },
  };
}
