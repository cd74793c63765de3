import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TextFrames } from '../../src/transport/graphql/text-frames.ts';

const http = createServer();
const sockets = new WebSocketServer({ noServer: true });
/** Sends to whoever connects next. */
let serve: (frames: TextFrames, socket: WebSocket, connection: Duplex) => void = () => {};
beforeAll(async () => {
  http.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    sockets.handleUpgrade(request, connection, head, (socket) => serve(new TextFrames(connection), socket, connection));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
});

function client(): { socket: WebSocket; got: string[] } {
  const got: string[] = [];
  const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  socket.on('message', (data, isBinary) => got.push(isBinary ? 'binary' : String(data)));
  return { socket, got };
}

test('texts of every length arrive as they are and in order, beside what ws sends itself', async () => {
  const words = [0, 1, 124, 125, 126, 127, 4_000, 65_535, 65_536, 70_000, 300_000].flatMap((length) => ['a'.repeat(length), 'ü'.repeat(length), `${'x'.repeat(length)}😀`]);
  const expected = ['first', ...words, 'by ws', ...words.toReversed(), 'last'];
  serve = (frames, socket) => {
    void (async () => {
      for (const word of ['first', ...words]) await frames.send(word);
      frames.flush();
      socket.ping();
      socket.send('by ws');
      for (const word of [...words.toReversed(), 'last']) await frames.send(word);
      frames.flush();
      socket.close(1001, 'Going away');
    })();
  };
  const { socket, got } = client();
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  expect([code, String(reason)]).toEqual([1001, 'Going away']);
  expect(got.map((text) => text.length)).toEqual(expected.map((text) => text.length));
  expect(got).toEqual(expected);
});

test('those of one turn are one write', async () => {
  const writes: unknown[] = [];
  serve = (frames, socket, connection) => {
    const write = vi.spyOn(connection, 'write');
    for (const word of ['a', 'b', 'c']) void frames.send(word);
    setImmediate(() => {
      writes.push(...write.mock.calls);
      socket.close();
    });
  };
  const { socket, got } = client();
  await once(socket, 'close');
  expect(got).toEqual(['a', 'b', 'c']);
  expect(writes).toHaveLength(1);
});

test('who sends waits for a reader that is slow, and is let go when the reader leaves', async () => {
  let sent = 0;
  const over = new Promise<void>((resolve) => {
    serve = (frames, _socket, connection) => {
      void (async () => {
        while (connection.writable) {
          await frames.send('x'.repeat(10_000));
          sent++;
        }
        resolve();
      })();
    };
  });
  const { socket } = client();
  await once(socket, 'open');
  socket.pause();
  let before = -1;
  await expect.poll(() => [before, (before = sent)].reduce((a, b) => b - a), { interval: 200, timeout: 20_000 }).toBe(0);
  socket.terminate();
  await over;
});
