import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers, failsWith, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { issueKey } from '../../harness/keys.ts';

const SECRET = 'a secret of 32 characters or more';
let vendor: FakeVendor;

beforeAll(async () => {
  vendor = await startFakeOpenAI();
});
beforeEach(() => {
  vendor.reset();
  vendor.behave(answers('Yes.'));
});
afterAll(() => vendor.close());

const start = (payloads: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  TestGateway.start({
    secret: SECRET,
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: {
        support: { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'shop', model: 'gpt-test' }] },
        vectors: { operation: 'embed', targets: [{ provider: 'shop', model: 'vectors' }] },
      },
      policies: { default: { payloads, ...more } },
    },
  });

const ASK = 'query ($text: String!) { chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) { text } }';
const KEPT = '{ calls { nodes { id operation payload { prompt answer } } } }';

interface Kept {
  calls: { nodes: { id: string; operation: string; payload: { prompt: string; answer: string } | null }[] };
}

async function kept(gateway: TestGateway, init: RequestInit = {}) {
  return gateway.query<Kept>(KEPT, {}, init);
}

test('keeps what was said in masked form, as the vendor saw it', async () => {
  await using gateway = await start({ store: true });
  vendor.behave(answers('I write to [EMAIL_1] at once.'));
  const { data } = await gateway.query<{ chat: { text: string } }>(ASK, { text: 'Write to anna.schmidt@example.com' });
  expect(data?.chat.text).toBe('I write to anna.schmidt@example.com at once.');
  const [call] = (await kept(gateway)).data?.calls.nodes ?? [];
  expect(JSON.parse(call?.payload?.prompt ?? '')).toEqual({ messages: [{ role: 'USER', content: [{ type: 'text', text: 'Write to [EMAIL_1]' }] }] });
  expect(call?.payload?.answer).toBe('I write to [EMAIL_1] at once.');
});

test('cannot be found in the bytes of the data folder', async () => {
  await using gateway = await start({ store: true });
  vendor.behave(answers('The Lebkuchen-0815 is on its way.'));
  await gateway.query(ASK, { text: 'Where is my Käsekuchen-4711?' });
  vendor.behave(failsWith(400, { error: { message: 'Käsekuchen-4711 is no cake' } }));
  await gateway.query(ASK, { text: 'Where is my Käsekuchen-4711?' });
  expect((await kept(gateway)).data?.calls.nodes.map(({ payload }) => payload?.answer)).toEqual(['', 'The Lebkuchen-0815 is on its way.']);
  for (const name of await readdir(gateway.dataDir)) {
    const bytes = await readFile(join(gateway.dataDir, name)).catch(() => Buffer.alloc(0));
    for (const word of ['Käsekuchen', 'Lebkuchen', '4711', '0815']) expect(bytes.includes(word), `${word} in ${name}`).toBe(false);
  }
});

test('keeps nothing where the policy says nothing, and of no call by a share of none', async () => {
  for (const payloads of [{}, { store: true, sample: 0 }]) {
    await using gateway = await start(payloads);
    await gateway.query(ASK, { text: 'Hello' });
    expect((await kept(gateway)).data?.calls.nodes.map(({ payload }) => payload)).toEqual([null]);
  }
});

test('keeps nothing of a call that was refused before it was masked', async () => {
  await using gateway = await start({ store: true }, { limits: { tokensPerMinute: 1 } });
  await gateway.query(ASK, { text: 'anna.schmidt@example.com' });
  expect((await kept(gateway)).data?.calls.nodes.map(({ payload }) => payload)).toEqual([null]);
});

test('keeps texts to embed and the number of vectors', async () => {
  await using gateway = await start({ store: true });
  expect((await gateway.query('{ embed(input: { texts: ["one", "two"] }) { dimensions } }')).errors).toBeUndefined();
  const [call] = (await kept(gateway)).data?.calls.nodes ?? [];
  expect(JSON.parse(call?.payload?.prompt ?? '')).toEqual({ texts: ['one', 'two'], dimensions: null });
  expect(JSON.parse(call?.payload?.answer ?? '')).toEqual({ vectors: 2 });
});

test('shows it only to who has the scope', async () => {
  await using gateway = await start({ store: true }, { scopes: ['*'] });
  const ask = async (scopes: string[]) => {
    const authorization = `Bearer ${await issueKey(gateway, { app: 'shop', scopes }, SECRET)}`;
    await gateway.query(ASK, { text: 'Hello' }, { headers: { authorization } });
    return kept(gateway, { headers: { authorization } });
  };
  const without = await ask(['chat']);
  expect(without.data?.calls.nodes.map(({ payload }) => payload)).toEqual([null]);
  expect(without.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  const { data, errors } = await ask(['chat', 'payloads']);
  expect(errors).toBeUndefined();
  expect(data?.calls.nodes.every(({ payload }) => payload !== null)).toBe(true);
});
