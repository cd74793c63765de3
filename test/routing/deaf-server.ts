import { createServer } from 'node:net';

/** Listens, tells its port, and then never looks at it again. */
const server = createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0, undefined, undefined, () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
});
