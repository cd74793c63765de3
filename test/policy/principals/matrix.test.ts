import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openKeys, type OpenedKeys } from '../../../src/ledger/keys/open-keys.ts';
import type { NewKey } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { picture } from '../../harness/branches.ts';
import { TestGateway } from '../../harness/gateway.ts';

const QUERY = 'query { chat(input: { messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { text } }';

let vendor: FakeVendor;
let gateway: TestGateway;
let auditTrail: OpenedKeys['auditTrail'];
let closeStore: () => Promise<void>;
const keys = new Map<string, string | null>([['no key', null], ['a wrong key', 'kn_wrong-wrong-wrong-wrong-wrong-wrong-wrong-w']]);
let addresses = 0;

beforeAll(async () => {
  vendor = await startFakeOpenAI(answers('Good.'));
  const targets = [{ provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } }];
  gateway = await TestGateway.start({
    config: {
      providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { replies: { operation: 'chat', targets } },
      // So that each case comes from an address of its own, and none is slowed down for another.
      server: { trustedProxies: ['127.0.0.1'] },
    },
  });
  const opened = await openKeys({ dataDir: gateway.dataDir, log: createLog('silent') });
  const { keys: store } = opened;
  ({ auditTrail, close: closeStore } = opened);
  const issue = async (name: string, key: Partial<NewKey>): Promise<string> => {
    const issued = await store.create({ app: 'shop', scopes: ['chat', 'vision'], ...key }, 'test');
    keys.set(name, issued.key);
    return issued.record.id;
  };
  await issue('an expired key', { expiresAt: new Date(Date.now() - 1_000) });
  await store.revoke(await issue('a revoked key', {}), 'test');
  await issue('a key for another network', { networks: ['10.0.0.0/8', '2001:db8::/32'] });
  await issue('a key without the scope', { scopes: ['embed'] });
  await issue('the right key', { networks: ['192.0.2.0/24'] });
  // A running gateway sees what another process has done within a second.
  await vi.waitUntil(async () => (await http({ name: 'the right key' })).status === 200, { timeout: 20_000, interval: 100 });
});
afterAll(async () => {
  await closeStore();
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
});

interface Ask {
  name: string;
  accept?: string;
  method?: 'GET' | 'POST';
  path?: string;
  body?: string | Buffer;
}

function headersOf(name: string): Record<string, string> {
  const key = keys.get(name);
  addresses += 1;
  return { 'x-forwarded-for': `203.0.113.9, 192.0.2.${addresses}`, ...(key == null ? {} : { authorization: `Bearer ${key}` }) };
}

async function http({ name, accept = 'application/json', method = 'POST', path = '/graphql', body = JSON.stringify({ query: QUERY }) }: Ask): Promise<{ status: number; text: string }> {
  const headers = { ...headersOf(name), accept, ...(method === 'POST' ? { 'content-type': 'application/json' } : { 'apollo-require-preflight': 'true' }) };
  const sent = httpRequest(gateway.url + path, { method, headers, agent: false });
  sent.on('error', () => {});
  sent.end(method === 'POST' ? body : undefined);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, text };
}

/** What a caller sees, in one line. */
async function overHttp(ask: Ask): Promise<string> {
  const { status, text } = await http(ask);
  return `${status} ${outcomeIn(text)}`;
}

function outcomeIn(text: string): string {
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  if (code !== undefined) return code;
  return text.includes('"text":"Good."') || text.includes('"id":"') ? 'answer' : text;
}

async function overSocket(name: string): Promise<string> {
  const { authorization, ...headers } = headersOf(name);
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const closed = once(socket, 'close').then(([code]) => `close ${String(code)}`);
  await once(socket, 'open');
  const answered = new Promise<string>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string };
      if (message.type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
      if (message.type === 'next' || message.type === 'error') resolve(outcomeIn(String(data)));
    });
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: authorization === undefined ? {} : { authorization } }));
  const outcome = await Promise.race([answered, closed]);
  socket.terminate();
  return outcome;
}

const upload = async (name: string): Promise<string> => overHttp({ name, path: '/uploads', body: Buffer.from(await picture(), 'base64') });
const get = `/graphql?${new URLSearchParams({ query: QUERY })}`;

const TRANSPORTS: Record<string, (name: string) => Promise<string>> = {
  'HTTP POST': (name) => overHttp({ name }),
  'HTTP GET': (name) => overHttp({ name, method: 'GET', path: get }),
  'server-sent events': (name) => overHttp({ name, accept: 'text/event-stream' }),
  'multipart/mixed': (name) => overHttp({ name, accept: 'multipart/mixed; deferSpec=20220824' }),
  'the REST facade': async (name) => {
    const { status, text } = await http({ name, path: '/v1/chat/completions', body: JSON.stringify({ model: 'replies', messages: [{ role: 'user', content: 'Hello' }] }) });
    return `${status} ${text.includes('Good.') ? 'answer' : 'error'}`;
  },
  WebSocket: overSocket,
  uploads: upload,
};

const HTTP = { shut: '401 UNAUTHENTICATED', network: '403 FORBIDDEN', scope: '200 FORBIDDEN', right: '200 answer' };
const EXPECTED: Record<string, typeof HTTP> = {
  'the REST facade': { shut: '401 error', network: '403 error', scope: '403 error', right: '200 answer' },
  WebSocket: { shut: 'close 4403', network: 'close 4403', scope: 'FORBIDDEN', right: 'answer' },
  uploads: { ...HTTP, scope: '403 FORBIDDEN', right: '201 answer' },
};

describe.each(Object.entries(TRANSPORTS))('over %s', (transport, ask) => {
  const { shut, network, scope, right } = EXPECTED[transport] ?? HTTP;
  test.each([
    ['no key', shut],
    ['a wrong key', shut],
    ['an expired key', shut],
    ['a revoked key', shut],
    ['a key for another network', network],
    ['a key without the scope', scope],
    ['the right key', right],
  ])('%s: %s', async (name, expected) => {
    const before = vendor.requests.length;
    expect(await ask(name)).toBe(expected);
    const isAsked = name === 'the right key' && transport !== 'uploads';
    expect(vendor.requests.length - before).toBe(isAsked ? 1 : 0);
  });
});

test('every refusal is in the audit trail, with its reason and without the key', async () => {
  await expect
    .poll(
      async () => {
        const trail = JSON.stringify(await auditTrail(1_000, null));
        return ['missing', 'unknown', 'expired', 'revoked', 'network', 'scope chat'].filter((reason) => !trail.includes(`"reason":"${reason}"`));
      },
      { timeout: 20_000, interval: 250 },
    )
    .toEqual([]);
  const trail = JSON.stringify(await auditTrail(1_000, null));
  expect([...keys.values()].filter((key) => key !== null && trail.includes(key))).toEqual([]);
});
