import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers, startFakeAnthropic, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { ADMIN_KEY, TestGateway } from '../../harness/gateway.ts';

let shop: FakeVendor;
let house: FakeVendor;
let gateway: TestGateway;

const USAGE = 'usage { input output cachedInput cacheWrite reasoning audioInput audioOutput imageInput reported serviceTier }';
const ASK = /* GraphQL */ `query Ask($input: ChatInput!) { chat(input: $input) { meta { id ${USAGE} cost { usd known } warnings } } }`;

interface Meta {
  id: string;
  usage: Record<string, unknown>;
  cost: { usd: number | null; known: boolean };
  warnings: string[];
}

beforeAll(async () => {
  [shop, house] = await Promise.all([startFakeOpenAI(), startFakeAnthropic()]);
  // USD of a token, so that costs can be read.
  const price = { input: 1_000_000, output: 10, audioInput: 500_000, audioOutput: 20, imageInput: 250_000, serviceTiers: { flex: { input: 500_000, output: 5 }, batch: { input: 100_000, output: 1 } } };
  const route = { retries: 0 };
  gateway = await TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: shop.url }, house: { kind: 'anthropic', apiKey: 'test-key', baseUrl: house.url } },
      models: {
        support: { operation: 'chat', route, targets: [{ provider: 'shop', model: 'gpt-test', price }] },
        patient: { operation: 'chat', route, targets: [{ provider: 'shop', model: 'gpt-test', price, serviceTier: 'flex' }] },
        careful: { operation: 'chat', route, targets: [{ provider: 'house', model: 'claude-test', price }] },
        mood: { operation: 'sentiment', route, targets: [{ provider: 'shop', model: 'gpt-test', price, serviceTier: 'flex' }] },
      },
    },
  });
});
beforeEach(() => {
  shop.reset();
  house.reset();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([shop.close(), house.close()]);
});

async function ask(model: string): Promise<Meta> {
  const { data, errors } = await gateway.query<{ chat: { meta: Meta } }>(ASK, { input: { model, messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] } });
  if (data == null) throw new Error(JSON.stringify(errors));
  return data.chat.meta;
}

async function complete(body: object): Promise<{ id: string; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'support', messages: [{ role: 'user', content: 'Hello' }], ...body }),
  });
  return { id: response.headers.get('x-kanon-call-id') ?? '', body: (await response.json()) as Record<string, unknown> };
}

async function recorded(id: string): Promise<Meta> {
  const { data } = await gateway.query<{ calls: { nodes: Meta[] } }>(`{ calls(first: 1) { nodes { id ${USAGE} cost { usd known } warnings } } }`);
  const [call] = data?.calls.nodes ?? [];
  if (call?.id !== id) throw new Error('not the newest call');
  return call;
}

test('sounds and pictures are counted apart, at their own price, from the vendor to the caller, the ledger and the sums', async () => {
  shop.behave(answers({ usage: { input: 100, audioInput: 30, imageInput: 20, cachedInput: 0, output: 0, audioOutput: 0 } }));
  const before = await sums();
  const meta = await ask('support');
  expect(meta.usage).toMatchObject({ input: 100, audioInput: 30, imageInput: 20, audioOutput: 0, serviceTier: 'default' });
  expect(meta.cost).toEqual({ usd: 50 + 15 + 5, known: true });
  expect(await recorded(meta.id)).toMatchObject({ usage: meta.usage, cost: meta.cost });
  const after = await sums();
  expect([after.audioInput - before.audioInput, after.imageInput - before.imageInput]).toEqual([30, 20]);
  const metrics = await (await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } })).text();
  expect(metrics).toContain('kanon_tokens_total{model="support",app="admin",kind="audioInput"} 30');

  shop.behave(answers({ usage: { input: 10, audioInput: 3, output: 8, audioOutput: 5 } }));
  const { body } = await complete({});
  expect(body['usage']).toMatchObject({ prompt_tokens_details: { audio_tokens: 3 }, completion_tokens_details: { audio_tokens: 5 } });
});

async function sums(): Promise<{ audioInput: number; imageInput: number }> {
  const { data } = await gateway.query<{ usage: { usage: { audioInput: number; imageInput: number } }[] }>('{ usage(by: [MODEL], from: "2020-01-01T00:00:00Z") { usage { audioInput imageInput } } }');
  const rows = data?.usage ?? [];
  return { audioInput: rows.reduce((sum, row) => sum + row.usage.audioInput, 0), imageInput: rows.reduce((sum, row) => sum + row.usage.imageInput, 0) };
}

test('what is served as flex is paid as flex, whether the caller asked for it or the target is set to it', async () => {
  shop.behave(answers({ usage: { input: 10, output: 0 } }));
  const { id, body } = await complete({ service_tier: 'flex' });
  expect(body['service_tier']).toBe('flex');
  expect(await recorded(id)).toMatchObject({ usage: { serviceTier: 'flex' }, cost: { usd: 5 } });

  expect(await ask('patient')).toMatchObject({ usage: { serviceTier: 'flex' }, cost: { usd: 5 } });
  expect(shop.requests.at(-1)?.body).toMatchObject({ service_tier: 'flex' });
  // The vendor has the last word.
  shop.behave(answers({ usage: { input: 10, output: 0 }, serviceTier: 'default' }));
  expect(await ask('patient')).toMatchObject({ usage: { serviceTier: 'default' }, cost: { usd: 10 } });

  const mood = { text: JSON.stringify({ label: 'NEUTRAL', score: 0, confidence: 1, emotions: [], opinions: [], language: 'en' }), usage: { input: 10, output: 0 } };
  shop.behave(answers(mood));
  const { data } = await gateway.query<{ sentiment: { meta: Meta } }>(`{ sentiment(input: { model: "mood", text: "Hello" }) { meta { ${USAGE} cost { usd known } } } }`);
  expect(data?.sentiment.meta).toMatchObject({ usage: { serviceTier: 'flex' }, cost: { usd: 5 } });
});

test('a tier whose price is not known has no cost, and says so', async () => {
  shop.behave(answers({ usage: { input: 10, output: 0 }, serviceTier: 'priority' }));
  const meta = await ask('support');
  expect(meta).toMatchObject({ usage: { serviceTier: 'priority' }, cost: { usd: null, known: false } });
  expect(meta.warnings).toEqual([expect.stringContaining('"priority"')]);
  expect(await recorded(meta.id)).toMatchObject({ cost: { known: false }, warnings: meta.warnings });
});

test('Anthropic’s batch tier, too', async () => {
  house.behave(answers({ usage: { input: 10, output: 0 }, serviceTier: 'batch' }));
  expect(await ask('careful')).toMatchObject({ usage: { serviceTier: 'batch' }, cost: { usd: 1 } });
});

test('a caller that asks for flex and leaves pays what was asked at the price of flex', async () => {
  shop.behave({ ...answers({}), delays: { beforeHeadersMs: 60_000 } });
  const leaving = new AbortController();
  const asked = fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'support', messages: [{ role: 'user', content: 'Hello' }], service_tier: 'flex' }),
    signal: leaving.signal,
  }).catch(() => null);
  await expect.poll(() => shop.requests.length).toBe(1);
  leaving.abort();
  await asked;
  await expect.poll(async () => (await gateway.query<{ calls: { nodes: { outcome: string; usage: { input: number; serviceTier: string }; cost: { usd: number } }[] } }>('{ calls(first: 1) { nodes { outcome usage { input serviceTier } cost { usd } } } }')).data?.calls.nodes[0]).toMatchObject({
    outcome: 'ABORTED',
    usage: { serviceTier: 'flex' },
  });
  const { data } = await gateway.query<{ calls: { nodes: { usage: { input: number }; cost: { usd: number } }[] } }>('{ calls(first: 1) { nodes { usage { input } cost { usd } } } }');
  const [call] = data?.calls.nodes ?? [];
  expect(call?.cost.usd).toBe((call?.usage.input ?? 0) / 2);
  expect(call?.usage.input).toBeGreaterThan(0);
});
