import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VendorRefusal } from '../../../src/providers/http/refusal.ts';
import { readAll, type ResponseBody } from '../../../src/providers/http/response-body.ts';
import { VendorHttp } from '../../../src/providers/http/vendor-http.ts';

let server: Server;
let url: string;
let http: VendorHttp;
let answer: (incoming: IncomingMessage, response: ServerResponse) => void;
let lastHeaders: IncomingHttpHeaders;
let closed: number;

beforeEach(async () => {
  closed = 0;
  answer = (_incoming, response) => response.end('ok');
  server = createServer((incoming, response) => {
    lastHeaders = incoming.headers;
    response.once('close', () => {
      if (!response.writableFinished) closed++;
    });
    answer(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  http = new VendorHttp(url, { authorization: 'Bearer k' });
});

async function bodyOf(signal = AbortSignal.timeout(15_000)): Promise<ResponseBody> {
  return (await http.post('/', {}, signal)).body;
}

function refusal(): Promise<VendorRefusal> {
  return http.post('/', {}, AbortSignal.timeout(15_000)).then(
    () => Promise.reject(new Error('no refusal')),
    (error: VendorRefusal) => error,
  );
}

afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('sends path, headers and body, and gives the head back', async () => {
  let got = '';
  answer = (incoming, response) => {
    incoming.setEncoding('utf8').on('data', (part: string) => (got += part));
    incoming.on('end', () => response.writeHead(201, { 'x-told': ['1', '2'] }).end(`${incoming.method} ${incoming.url}`));
  };
  const { status, headers, body } = await http.post('/v1/x?y=1', { ü: 1 }, AbortSignal.timeout(15_000));
  expect((await readAll(body, 1_000)).toString()).toBe('POST /v1/x?y=1');
  expect([status, headers['x-told']]).toEqual([201, ['1', '2']]);
  expect(got).toBe('{"ü":1}');
  expect(lastHeaders).toMatchObject({ authorization: 'Bearer k', 'content-length': '8' });
});

test('an error status carries its text and headers, up to a limit', async () => {
  answer = (_incoming, response) => {
    response.writeHead(503, { 'retry-after': '3' });
    response.end('{"error":"sorry"}');
  };
  expect(await refusal()).toMatchObject({ status: 503, headers: { 'retry-after': '3' }, body: { error: 'sorry' } });

  answer = (_incoming, response) => {
    response.writeHead(500);
    response.end(Buffer.alloc(5_000_000, 'x'));
  };
  expect((await refusal()).body).toBe('');
});

test.each([304, 999])('status %i is a refusal, not a crash', async (status) => {
  answer = (_incoming, response) => {
    response.writeHead(status);
    response.end();
  };
  expect((await refusal()).status).toBe(status);
});

test('an abort before the answer', async () => {
  answer = () => undefined;
  const stop = new AbortController();
  const asked = bodyOf(stop.signal);
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(asked).rejects.toThrow('enough');
  await expect.poll(() => closed).toBe(1);
});

test('an abort while there is no connection yet', async () => {
  // A server that accepts and never shakes hands for TLS.
  const silent = createTcpServer((socket) => socket.resume().on('error', () => undefined));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const nowhere = new VendorHttp(address, {});
  const asked = nowhere.post('/', {}, AbortSignal.timeout(100));
  await expect(asked).rejects.toThrow('timeout');
  await nowhere.close();
  await new Promise((resolve) => silent.close(resolve));
});

test('an abort in mid-body drops what waits', async () => {
  answer = (_incoming, response) => {
    response.write('begin');
    setTimeout(() => response.write('more'), 10);
  };
  const stop = new AbortController();
  const body = await bodyOf(stop.signal);
  expect(Buffer.from((await body.next()) ?? []).toString()).toBe('begin');
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(readAll(body, 1_000)).rejects.toThrow('enough');
  await expect.poll(() => closed).toBe(1);
});

test('a broken connection in mid-body is no end', async () => {
  answer = (_incoming, response) => {
    response.write('begin');
    setTimeout(() => response.destroy(), 20);
  };
  await expect(readAll(await bodyOf(), 1_000)).rejects.toThrow(/closed|terminated|aborted/);
});

test('a body that is shorter than announced is no end', async () => {
  answer = (incoming, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('short');
    setTimeout(() => incoming.socket.destroy(), 20);
  };
  await expect(readAll(await bodyOf(), 1_000)).rejects.toThrow(/closed|terminated|aborted/);
});

test('nobody listens', async () => {
  const deaf = createServer();
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  await new Promise((resolve) => deaf.close(resolve));
  const nobody = new VendorHttp(address, {});
  await expect(nobody.post('/', {}, AbortSignal.timeout(15_000))).rejects.toThrow(/ECONNREFUSED/);
  await nobody.close();
});

test('a reader who does not read stops the sender', async () => {
  let written = 0;
  answer = (_incoming, response) => {
    const block = Buffer.alloc(100_000, 'x');
    const more = (): void => {
      while (written < 50_000_000) {
        written += block.length;
        if (!response.write(block)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
  };
  const body = await bodyOf();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const whilePaused = written;
  const all = await readAll(body, 100_000_000);
  expect(whilePaused).toBeLessThan(25_000_000);
  expect(all.length).toBe(written);
});

test('what is left of an answer passes by, and its connection is used again', async () => {
  let ended = Promise.resolve<unknown>(undefined);
  answer = (_incoming, response) => {
    ended = once(response, 'finish');
    response.write('first');
    setTimeout(() => response.end('rest'), 30);
  };
  const sockets = new Set<unknown>();
  server.on('connection', (socket) => sockets.add(socket));
  for (let call = 0; call < 3; call++) {
    const body = await bodyOf();
    await body.next();
    body.drain();
    await ended;
    // After a timer, what was sent has been read.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(sockets.size).toBe(1);
});

test('an answer that does not end after its end is broken off', async () => {
  answer = (_incoming, response) => {
    const timer = setInterval(() => response.write('more'), 20);
    response.once('close', () => clearInterval(timer));
  };
  const body = await bodyOf();
  await body.next();
  body.drain();
  await expect.poll(() => closed).toBe(1);
});

test('a body that is longer than is allowed is broken off', async () => {
  answer = (_incoming, response) => response.end(Buffer.alloc(500_000, 'x'));
  await expect(readAll(await bodyOf(), 1_000)).rejects.toThrow(RangeError);
  expect((await readAll(await bodyOf(), 500_000)).length).toBe(500_000);
});

test('a redirect is a refusal: the key goes to nobody else', async () => {
  let asked = 0;
  answer = (_incoming, response) => {
    asked++;
    response.writeHead(307, { location: '/elsewhere' }).end();
  };
  expect((await refusal()).status).toBe(307);
  expect(asked).toBe(1);
});

test('a request that is over already asks nobody', async () => {
  let asked = 0;
  answer = (_incoming, response) => {
    asked++;
    response.end();
  };
  await expect(http.post('/', {}, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(asked).toBe(0);
});
