import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import { openKeys, type OpenedKeys } from '../../../src/ledger/keys/open-keys.ts';
import type { NewKey } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { startFakeOpenAI, tokens, withFaults } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';

let gateway: TestGateway;
let opened: OpenedKeys;
beforeAll(async () => {
  const here = { operation: 'chat', route: { firstTokenMs: 30_000, idleMs: 30_000 }, targets: [{ provider: 'local', model: 'extractive' }] };
  gateway = await TestGateway.start({
    config: {
      providers: { local: { kind: 'local' } },
      models: { one: here, two: here, feeling: { operation: 'sentiment', targets: [{ provider: 'local', model: 'lexicon' }] } },
      policies: { default: { scopes: ['chat', 'sentiment'] }, narrow: { scopes: ['chat'], models: ['two', 'feeling'] } },
    },
  });
  opened = await openKeys({ dataDir: gateway.dataDir, log: createLog('silent') });
});
let original = '';
beforeEach(async () => {
  original = original === '' ? await readFile(gateway.configPath, 'utf8') : original;
});
afterAll(async () => {
  await opened.close();
  await gateway[Symbol.asyncDispose]();
});

async function issue(key: Partial<NewKey>): Promise<{ key: string; id: string }> {
  const { key: shown, record } = await opened.keys.create({ app: 'shop', scopes: ['chat'], ...key }, 'test');
  // A running gateway sees it within a second; asked more often, it would slow the guessing down.
  await expect.poll(() => status(shown), { timeout: 20_000, interval: 400 }).toBe(200);
  return { key: shown, id: record.id };
}

async function status(key: string): Promise<number> {
  return (await gateway.query('{ viewer { app } }', {}, { headers: { authorization: `Bearer ${key}` } })).status;
}

async function openSocket(key: string): Promise<WebSocket> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
  const [acknowledged] = (await once(socket, 'message')) as [Buffer];
  expect(String(acknowledged)).toContain('connection_ack');
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close', { signal: AbortSignal.timeout(12_000) })) as [number];
  return code;
}

test('a key that is revoked loses its open sockets, and no other does', async () => {
  const [revoked, kept] = [await issue({}), await issue({})];
  const sockets = [await openSocket(revoked.key), await openSocket(kept.key)] as const;
  const closed = closeCode(sockets[0]);
  await opened.keys.revoke(revoked.id, 'test');
  expect(await closed).toBe(4403);
  expect(sockets[1].readyState).toBe(WebSocket.OPEN);
  sockets[1].terminate();
});

test('a key that expires loses its open sockets', async () => {
  const { key } = await issue({ expiresAt: new Date(Date.now() + 5_000) });
  expect(await closeCode(await openSocket(key))).toBe(4403);
});

test('a key that is revoked loses the answer that is being streamed to it over HTTP', async () => {
  const { key, id } = await issue({});
  const vendor = await startFakeOpenAI(withFaults(tokens(5), { kind: 'stall', afterTokens: 2 }));
  const config = parse(original) as { providers: Record<string, unknown>; models: Record<string, unknown> };
  config.providers['vendor'] = { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url };
  config.models['stalls'] = { operation: 'chat', route: { idleMs: 60_000, firstTokenMs: 60_000 }, targets: [{ provider: 'vendor', model: 'gpt-test' }] };
  await writeFile(gateway.configPath, stringify(config));
  await gateway.gateway.reload(await loadConfig(gateway.configPath, {}));
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { chat(input: { model: "stalls", messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { ... on ChatDelta { text } } }' }),
  });
  expect(response.status).toBe(200);
  const ended = response.text().then(() => 'whole', () => 'broken off');
  await opened.keys.revoke(id, 'test');
  expect(await ended).toBe('broken off');
  await expect.poll(() => vendor.openRequests).toBe(0);
  await vendor.close();
});

async function asked(key: string, query: string): Promise<unknown> {
  const { data, errors } = await gateway.query(query, {}, { headers: { authorization: `Bearer ${key}` } });
  return errors === undefined ? data : errors.map(({ extensions }) => extensions?.['code']);
}

const chatOf = (model: string | null) => `{ chat(input: { model: ${JSON.stringify(model)}, messages: [{ role: USER, content: [{ text: "Hello." }] }] }) { meta { model } } }`;

test('models that a key may not ask are hidden, refused, and never the default', async () => {
  const { key } = await issue({ models: ['two'] });
  expect(await asked(key, '{ models { name isDefault } viewer { models { name } } }')).toEqual({ models: [{ name: 'two', isDefault: true }], viewer: { models: [{ name: 'two' }] } });
  expect(await asked(key, chatOf(null))).toEqual({ chat: { meta: { model: 'two' } } });
  expect(await asked(key, chatOf('one'))).toEqual(['FORBIDDEN']);
  // Nothing is told of which others there are.
  expect(await asked(key, chatOf('none-of-that-name'))).toEqual(['FORBIDDEN']);
});

test('a key is never more than its policy allows', async () => {
  const { key } = await issue({ policy: 'narrow', scopes: ['*'], models: ['one', 'two'] });
  expect(await asked(key, '{ viewer { scopes models { name } } }')).toEqual({ viewer: { scopes: ['chat'], models: [{ name: 'two' }] } });
});

test('a policy that changes holds at once, for open sockets too; one that goes lets nobody in', async () => {
  const { key } = await issue({ policy: 'narrow' });
  const socket = await openSocket(key);
  const reload = async (change: (policies: Record<string, unknown>) => void): Promise<void> => {
    const config = parse(original) as { policies: Record<string, unknown> };
    change(config.policies);
    await writeFile(gateway.configPath, stringify(config));
    await gateway.gateway.reload(await loadConfig(gateway.configPath, {}));
  };
  const overSocket = async (): Promise<string> => {
    socket.send(JSON.stringify({ id: String(Math.random()), type: 'subscribe', payload: { query: '{ viewer { models { name } } }' } }));
    for (;;) {
      const [data] = (await once(socket, 'message')) as [Buffer];
      if (String(data).includes('"type":"next"')) return String(data);
    }
  };
  expect(await overSocket()).toContain('"models":[{"name":"two"},{"name":"feeling"}]');
  await reload((policies) => {
    policies['narrow'] = { scopes: ['chat'], models: ['one'] };
  });
  expect(await overSocket()).toContain('"models":[{"name":"one"}]');
  const closed = closeCode(socket);
  await reload((policies) => {
    delete policies['narrow'];
  });
  expect(await status(key)).toBe(403);
  expect(await closed).toBe(4403);
  const trail = JSON.stringify(await opened.auditTrail(50, null));
  expect(trail).toContain('"policiesChanged":["narrow"]');
});
