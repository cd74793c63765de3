import { once } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FourBranches } from '../harness/branches.ts';
import { knock } from '../harness/doors.ts';
import { ADMIN_KEY, TestGateway } from '../harness/gateway.ts';
import { answerTo, post } from './wire.ts';

const EVENTS = 'subscription { chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { __typename } }';

/** A socket that is let in. */
async function opened(gateway: TestGateway, options: { headers?: Record<string, string> } = {}): Promise<WebSocket> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${ADMIN_KEY}` } }));
  await once(socket, 'message');
  return socket;
}

describe('a socket', () => {
  test('without an operation is closed, one that is at work is not', async () => {
    await using four = await FourBranches.start({ server: { sockets: { idle: '1500ms' } } });
    four.vendors.chat.behave({ faults: [{ kind: 'stall', afterTokens: 1 }] });
    const busy = await opened(four.gateway);
    busy.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS } }));
    const idle = await opened(four.gateway);
    const [code, reason] = (await once(idle, 'close')) as [number, Buffer];
    expect({ code, reason: String(reason) }).toEqual({ code: 1001, reason: 'Idle' });
    expect(busy.readyState).toBe(WebSocket.OPEN);
    busy.close();
  });

  test('is closed at its age, and a client that needs one connects again', async () => {
    await using four = await FourBranches.start({ server: { sockets: { maxAge: '1s' } } });
    const [code, reason] = (await once(await opened(four.gateway), 'close')) as [number, Buffer];
    expect({ code, reason: String(reason) }).toEqual({ code: 1001, reason: 'Too old: connect again' });
    expect(await knock('WebSocket', four.gateway, ADMIN_KEY, '{ viewer { app } }')).toEqual([{ data: { viewer: { app: 'admin' } } }]);
  });
});

describe('subscriptions of one key', () => {
  let four: FourBranches;
  beforeAll(async () => {
    four = await FourBranches.start({ server: { limits: { maxSubscriptionsPerKey: 3 } } });
  });
  beforeEach(() => four.reset());
  afterAll(() => four[Symbol.asyncDispose]());

  test('are counted over all its sockets and requests, and a place is free again when one ends', async () => {
    four.vendors.chat.behave({ faults: [{ kind: 'stall', afterTokens: 1 }] });
    const socket = await opened(four.gateway);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS } }));
    const other = await opened(four.gateway);
    other.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS } }));
    const sse = post(four.gateway, 'text/event-stream', EVENTS);
    await answerTo(sse);
    await expect.poll(() => four.vendors.chat.requests.length).toBe(3);
    for (const door of ['WebSocket', 'server-sent events', 'multipart/mixed']) {
      const [answer] = await knock(door, four.gateway, ADMIN_KEY, EVENTS);
      expect(answer?.errors?.[0]).toMatchObject({ message: 'A key may have at most 3 subscriptions at once.', extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 } });
    }
    expect(await knock('WebSocket', four.gateway, ADMIN_KEY, '{ viewer { app } }')).toEqual([{ data: { viewer: { app: 'admin' } } }]);
    sse.destroy();
    socket.close();
    other.send(JSON.stringify({ id: '1', type: 'complete' }));
    four.reset();
    for (const door of ['WebSocket', 'server-sent events', 'multipart/mixed', 'WebSocket']) {
      await expect.poll(async () => JSON.stringify((await knock(door, four.gateway, ADMIN_KEY, EVENTS)).at(-1))).toContain('ChatDone');
    }
    other.close();
  });

  test('that were refused for their transport take no place', async () => {
    for (let time = 0; time < 5; time++) expect((await knock('POST', four.gateway, ADMIN_KEY, EVENTS))[0]?.errors?.[0]?.message).toContain('answers in parts');
    expect((await knock('WebSocket', four.gateway, ADMIN_KEY, EVENTS)).at(-1)).toMatchObject({ data: { chat: { __typename: 'ChatDone' } } });
  });
});

describe('where no key is asked for (--dev)', () => {
  let dev: TestGateway;
  beforeAll(async () => {
    dev = await TestGateway.start({
      dev: true,
      config: {
        providers: { local: { kind: 'local' } },
        models: { vectors: { operation: 'embed', targets: [{ provider: 'local', model: 'minilm' }] } },
        server: { cors: { origins: ['https://allowed.example'] } },
      },
    });
  });
  afterAll(() => dev[Symbol.asyncDispose]());

  const FOREIGN = 'https://foreign.example';
  const statusFrom = async (origin: string, path: string, type: string, body: string): Promise<number> => {
    const sent = request(dev.url + path, { method: 'POST', headers: { origin, 'content-type': type } });
    sent.end(body);
    const answer = await answerTo(sent);
    answer.resume();
    return answer.statusCode ?? 0;
  };

  test.each([
    ['/uploads', 'text/plain', 'x'],
    ['/v1/chat/completions', 'text/plain', '{}'],
  ])('a page of another origin reaches nothing: %s', async (path, type, body) => {
    expect(await statusFrom(FOREIGN, path, type, body)).toBe(403);
    expect(await statusFrom('null', path, type, body)).toBe(403);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])('nor GraphQL, by a form: %s', async (type) => {
    expect(await statusFrom(FOREIGN, '/graphql', type, '{"query":"{ viewer { app } }"}')).toBe(400);
  });

  test('nor does it open a socket', async () => {
    await expect(opened(dev, { headers: { origin: FOREIGN } })).rejects.toThrow('403');
  });

  test('a page of an origin that is allowed does, and one of this server', async () => {
    for (const origin of ['https://allowed.example', dev.url]) {
      expect(await statusFrom(origin, '/graphql', 'application/json', '{"query":"{ viewer { app } }"}')).toBe(200);
      (await opened(dev, { headers: { origin } })).close();
    }
  });
});
