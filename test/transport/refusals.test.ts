import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FourBranches } from '../harness/branches.ts';
import { ADMIN_KEY, TestGateway } from '../harness/gateway.ts';
import { ask, type WireRequest } from './wire.ts';

const MIB = 1_024 * 1_024;
let four: FourBranches;
let open: TestGateway;
beforeAll(async () => {
  four = await FourBranches.start({ server: { limits: { maxBodyBytes: '1MiB', maxSubscriptionsPerSocket: 3 } } });
  open = await TestGateway.start({ dev: true, config: { providers: { local: { kind: 'local' } }, models: { vectors: { operation: 'embed', targets: [{ provider: 'local', model: 'minilm' }] } } } });
});
beforeEach(() => four.reset());
/** Whatever was sent, the server lives, and has asked no vendor. */
async function expectUnharmed(): Promise<void> {
  expect((await four.gateway.query('{ viewer { app } }')).data).toEqual({ viewer: { app: 'admin' } });
  expect(four.asked).toEqual({ chat: 0, sentiment: 0, vision: 0, embed: 0 });
}
afterEach(expectUnharmed);
afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await four[Symbol.asyncDispose]();
});

const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ viewer { app } }' });
const ACCEPTS = ['application/json', 'application/graphql-response+json', 'text/event-stream', 'multipart/mixed', 'multipart/mixed; subscriptionSpec=1.0'];

async function refusal(wire: WireRequest, gateway = four.gateway): Promise<{ status: number; code: unknown; message: string }> {
  const { status, json } = await ask(gateway, wire);
  expect(json.data ?? null).toBeNull();
  expect(json.errors).toHaveLength(1);
  return { status, code: json.errors?.[0]?.extensions?.['code'], message: json.errors?.[0]?.message ?? '' };
}

/** Sends messages over a socket, and tells how it closes. */
async function closeOf(messages: (string | Buffer)[], protocol = 'graphql-transport-ws'): Promise<{ code: number; reason: string }> {
  const socket = new WebSocket(`${four.gateway.url.replace('http', 'ws')}/graphql`, protocol);
  await once(socket, 'open');
  for (const message of messages) socket.send(message, { binary: false });
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return { code, reason: String(reason) };
}

const init = (key: string | null) => JSON.stringify({ type: 'connection_init', payload: key === null ? {} : { authorization: `Bearer ${key}` } });

describe('a key that is wrong, or none', () => {
  const WRONG = 'kn_wrong-key-of-at-least-thirty-two-characters';

  test.each(ACCEPTS.flatMap((accept) => [WRONG, null].map((key) => [accept, key] as const)))('by POST for %s: %s', async (accept, key) => {
    expect(await refusal({ key, headers: { ...JSON_TYPE, accept }, body: QUERY })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test.each(ACCEPTS)('by GET for %s', async (accept) => {
    expect(await refusal({ method: 'GET', path: '/graphql?query={viewer{app}}', key: WRONG, headers: { accept } })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('for an upload', async () => {
    expect(await refusal({ path: '/uploads', key: WRONG, headers: { 'content-type': 'image/png' }, body: 'x' })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test.each([WRONG, null])('closes a WebSocket with 4403: %s', async (key) => {
    expect(await closeOf([init(key)])).toMatchObject({ code: 4403 });
  });

  test('is not let in by asking before the socket is acknowledged', async () => {
    expect(await closeOf([JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ viewer { app } }' } })])).toMatchObject({ code: 4401 });
  });
});

describe.each(ACCEPTS)('a request that cannot be read, for %s', (accept) => {
  const headers = { ...JSON_TYPE, accept };

  test.each([
    ['broken JSON', '{"query": "{ viewer { app } }"'],
    ['no JSON', 'query { viewer { app } }'],
    ['an empty body', ''],
    ['a list', '[]'],
    ['a number', '1'],
    ['null', 'null'],
    ['no query', '{}'],
    ['a query that is no text', '{"query": 7}'],
    ['variables that are a list', '{"query": "{ viewer { app } }", "variables": [1]}'],
    ['an operation name that is no text', '{"query": "{ viewer { app } }", "operationName": {}}'],
    ['UTF-8 that is none', Buffer.from([0x7b, 0x22, 0x71, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['UTF-8 that is cut', Buffer.concat([Buffer.from('{"query": "'), Buffer.from([0xe2, 0x82])])],
  ])('%s', async (_, body) => {
    expect(await refusal({ headers, body })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  test.each([
    ['an unknown field', '{ viewer { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['no GraphQL', '{ viewer { app }', 'GRAPHQL_PARSE_FAILED'],
    ['1,000 levels', `${'{ viewer '.repeat(1_000)}${'}'.repeat(1_000)}`, 'GRAPHQL_PARSE_FAILED'],
    ['100,000 levels', `${'{a'.repeat(100_000)}${'}'.repeat(100_000)}`, 'GRAPHQL_PARSE_FAILED'],
  ])('%s', async (_, query, code) => {
    const found = await refusal({ headers, body: JSON.stringify({ query }) });
    expect(found.code).toBe(code);
    expect([200, 400]).toContain(found.status);
  });

  test('a field deeper than is allowed is refused with the limit', async () => {
    const query = `query { __schema { types ${'{ fields { type '.repeat(12)} { name } ${'} }'.repeat(12)} } }`;
    const { json } = await ask(four.gateway, { headers, body: JSON.stringify({ query }) });
    expect(json.errors?.[0]?.message).toContain('at most 20 are allowed');
  });

  test('an operation that is not in the document', async () => {
    const found = await refusal({ headers, body: JSON.stringify({ query: 'query A { viewer { app } }', operationName: 'B' }) });
    expect(found.code).toBe('OPERATION_RESOLUTION_FAILURE');
  });

  test('a body that is too large, announced', async () => {
    const found = await refusal({ headers, body: JSON.stringify({ query: ' '.repeat(2 * MIB) }) });
    expect(found).toMatchObject({ status: 413, code: 'BAD_USER_INPUT', message: expect.stringContaining('/uploads') });
  });

  test('a body that is too large, in chunks without a length', async () => {
    const found = await refusal({ headers: { ...headers, 'transfer-encoding': 'chunked' }, body: JSON.stringify({ query: ' '.repeat(2 * MIB) }) });
    expect(found).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])('a content type that a form can send: %s', async (type) => {
    const found = await refusal({ headers: { accept, 'content-type': type }, body: QUERY });
    expect(found.code).toBe('BAD_USER_INPUT');
    expect([400, 415]).toContain(found.status);
  });

  test('variables in a URL that are no JSON', async () => {
    const found = await refusal({ method: 'GET', path: '/graphql?query={viewer{app}}&variables={x', headers: { accept } });
    expect(found).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  test('a page of another site is refused where the gateway is open', async () => {
    const simple = await refusal({ method: 'GET', path: '/graphql?query={viewer{app}}', key: null, headers: { accept, origin: 'https://evil.example' } }, open);
    expect(simple).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    const form = await refusal({ key: null, headers: { accept, origin: 'https://evil.example', 'content-type': 'text/plain' }, body: QUERY }, open);
    expect(form.code).toBe('BAD_USER_INPUT');
    const { json } = await ask(open, { key: null, headers: { accept: 'application/json', ...JSON_TYPE }, body: QUERY });
    expect(json.errors).toBeUndefined();
  });
});

describe('a request to the wrong place', () => {
  test.each(['PUT', 'DELETE', 'PATCH'])('%s is not allowed', async (method) => {
    expect(await refusal({ method, headers: JSON_TYPE })).toMatchObject({ status: 405, code: 'BAD_USER_INPUT' });
  });

  test('a path that is not there', async () => {
    expect(await refusal({ path: '/nothing', headers: JSON_TYPE, body: QUERY })).toMatchObject({ status: 404, code: 'BAD_USER_INPUT' });
  });

  test('a WebSocket at another path is not opened', async () => {
    const socket = new WebSocket(`${four.gateway.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('404');
  });
});

describe('on a WebSocket', () => {
  test.each([
    ['no JSON', 'hello', 4400],
    ['a message of no known type', '{"type":"hello"}', 4400],
    ['a message without a type', '{}', 4400],
  ])('%s closes it', async (_, message, code) => {
    expect(await closeOf([init(ADMIN_KEY), message])).toMatchObject({ code });
  });

  test('a message that is too large closes it with 1009', async () => {
    expect(await closeOf([init(ADMIN_KEY), 'x'.repeat(2 * MIB)])).toMatchObject({ code: 1009 });
  });

  test('text that is no UTF-8 closes it with 1007', async () => {
    expect(await closeOf([Buffer.from([0x22, 0xff, 0xfe, 0x22])])).toMatchObject({ code: 1007 });
  });

  test('another protocol than graphql-transport-ws is not spoken', async () => {
    const socket = new WebSocket(`${four.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-ws');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/subprotocol/i);
  });

  test.each([
    ['an unknown field', '{ viewer { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['1,000 levels', `${'{ viewer '.repeat(1_000)}${'}'.repeat(1_000)}`, 'GRAPHQL_PARSE_FAILED'],
  ])('%s is a coded error of its operation', async (_, query, code) => {
    await expect(four.gateway.socket().iterate({ query }).next()).rejects.toMatchObject([{ extensions: { code } }]);
  });

  test('more operations than a socket may have are refused one by one', async () => {
    four.vendors.chat.behave({ faults: [{ kind: 'neverAnswer' }] });
    const socket = four.gateway.socket();
    const variables = { input: { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] } };
    const query = 'subscription ($input: ChatInput!) { chat(input: $input) { __typename } }';
    const stops = [1, 2, 3].map(() => socket.subscribe({ query, variables }, { next() {}, error() {}, complete() {} }));
    await expect.poll(() => four.vendors.chat.requests.length).toBe(3);
    await expect(socket.iterate({ query, variables }).next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }]);
    for (const stop of stops) stop();
    await expect.poll(() => four.vendors.chat.requests.every((request) => request.aborted)).toBe(true);
    four.reset();
  });
});

test('bytes that are no HTTP are refused, and the server lives', async () => {
  const { hostname, port } = new URL(four.gateway.url);
  const socket = connect(Number(port), hostname);
  socket.end('\u0000\u0001 nonsense\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  expect(answer).toMatch(/^HTTP\/1\.1 400/);
});

test('a hundred broken requests at once leave no one waiting', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => refusal({ headers: JSON_TYPE, body: index % 2 === 0 ? '{' : '{"query": "{"}' })));
  expect(answers.every(({ code }) => typeof code === 'string')).toBe(true);
});
