import { Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';

export interface VendorPool {
  dispatch: Pool['dispatch'];
  /** Breaks off what is under way and closes all connections. */
  close(): Promise<void>;
}

/**
 * HTTP/1.1 connections to one origin. There is no cap on them: a call that waits for another call's socket would
 * fail its deadline for no reason. Nor is there a timer: the calls' own signals decide.
 */
export function createPool(origin: string, connectMs: number): VendorPool {
  const pending = new Set<Socket>();
  const pool = new Pool(origin, {
    connections: null,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: trackingConnector(pending, connectMs),
  });
  return {
    dispatch: (options, handler) => pool.dispatch(options, handler),
    async close() {
      const destroyed = pool.destroy();
      // A pool that is destroyed leaves the connections that are still being made to their timeout.
      for (const socket of pending) socket.destroy(new Error('the provider was closed'));
      await destroyed;
    },
  };
}

/** Makes connections, and keeps in `pending` those that are not made yet. */
function trackingConnector(pending: Set<Socket>, connectMs: number): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, timeout: connectMs });
  return (options, callback) => {
    // It gives the socket back, which its type does not say.
    const socket: unknown = connect(options, (...result) => {
      if (socket instanceof Socket) pending.delete(socket);
      callback(...result);
    });
    if (socket instanceof Socket) pending.add(socket);
  };
}
