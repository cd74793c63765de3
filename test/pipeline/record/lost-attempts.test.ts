import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers, startFakeAnthropic, startFakeOpenAI, tokens, withFaults, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';

let shop: FakeVendor;
let house: FakeVendor;
let gateway: TestGateway;

interface Meta {
  id: string;
  provider: string;
  usage: { input: number; output: number };
  cost: { usd: number | null };
  attempts: { outcome: string; usage: { input: number; output: number } | null; cost: { usd: number | null } | null }[];
}
const META = 'meta { id provider usage { input output } cost { usd } attempts { outcome usage { input output } cost { usd } } }';

beforeAll(async () => {
  [shop, house] = await Promise.all([startFakeOpenAI(), startFakeAnthropic()]);
  const first = { provider: 'shop', model: 'gpt-test', price: { input: 1_000, output: 3_000 } };
  const second = { provider: 'house', model: 'claude-test', price: { input: 2_000, output: 7_000 } };
  const { price: _, ...unpriced } = first;
  gateway = await TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: shop.url }, house: { kind: 'anthropic', apiKey: 'test-key', baseUrl: house.url } },
      models: {
        support: { operation: 'chat', route: { retries: 0 }, targets: [first, second] },
        hedged: { operation: 'chat', route: { retries: 0, hedge: { afterMs: 50 } }, targets: [first, second] },
        unpriced: { operation: 'chat', route: { retries: 0 }, targets: [unpriced, second] },
        mood: { operation: 'sentiment', route: { retries: 0 }, targets: [first, second] },
        'hedged-mood': { operation: 'sentiment', route: { retries: 0, hedge: { afterMs: 50 } }, targets: [first, second] },
      },
      policies: { default: { budget: [{ usd: 10_000, per: 'month' }, { tokens: 10_000_000, per: 'month' }] } },
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

async function chat(model: string): Promise<Meta> {
  const { data, errors } = await gateway.query<{ chat: { meta: Meta } }>(`query ($input: ChatInput!) { chat(input: $input) { ${META} } }`, {
    input: { model, messages: [{ role: 'USER', content: [{ text: 'Tell me a story of a king.' }] }] },
  });
  if (data == null) throw new Error(JSON.stringify(errors));
  return data.chat.meta;
}

async function mood(model: string): Promise<Meta> {
  const { data, errors } = await gateway.query<{ sentiment: { meta: Meta } }>(`{ sentiment(input: { model: "${model}", text: "I like it." }) { ${META} } }`);
  if (data == null) throw new Error(JSON.stringify(errors));
  return data.sentiment.meta;
}

/** Both attempts have their own cost, and the call has their sum; its usage is that of the answer. */
function expectSum({ cost, usage, attempts }: Meta, outcome: string): void {
  expect(attempts.map((attempt) => attempt.outcome).toSorted()).toEqual([outcome, 'OK'].toSorted());
  for (const attempt of attempts) expect(attempt.cost?.usd).toBeGreaterThan(0);
  expect(cost.usd).toBeCloseTo(attempts.reduce((sum, attempt) => sum + (attempt.cost?.usd ?? 0), 0), 9);
  expect(usage).toEqual(attempts.find((attempt) => attempt.outcome === 'OK')?.usage);
}

const GOOD_MOOD = answers({ text: JSON.stringify({ label: 'POSITIVE', score: 1, confidence: 1, emotions: [], opinions: [], language: 'en' }), usage: { input: 50, output: 20 } });

test('a call that was cut and asked again costs what both attempts cost', async () => {
  shop.behave(withFaults(tokens(12), { kind: 'cut', afterTokens: 5 }));
  house.behave(tokens(12));
  expectSum(await chat('support'), 'FAILED');
});

test('a call whose hedge has won costs what the slower one has cost, too', async () => {
  shop.behave(answers('Late.', { beforeFirstTokenMs: 5_000 }));
  house.behave(answers('Here.'));
  const meta = await chat('hedged');
  expect(meta.provider).toBe('house');
  expectSum(meta, 'CANCELLED');
  shop.behave({ ...GOOD_MOOD, delays: { beforeHeadersMs: 5_000 } });
  house.behave(GOOD_MOOD);
  expectSum(await mood('hedged-mood'), 'CANCELLED');
});

test('an answer that cannot be read is paid for, like the next one that can', async () => {
  shop.behave(answers({ text: 'I would say that they like it.', usage: { input: 60, output: 8 } }));
  house.behave(GOOD_MOOD);
  const meta = await mood('mood');
  expect(meta.attempts[0]).toMatchObject({ outcome: 'FAILED', usage: { input: 60, output: 8 } });
  expectSum(meta, 'FAILED');
});

test('a vendor that counts nothing is paid by an estimate, and not taken for free', async () => {
  shop.behave(withFaults(GOOD_MOOD, { kind: 'noUsage' }));
  const meta = await mood('mood');
  expect(meta.usage.input).toBeGreaterThan(3);
  expect(meta.usage.output).toBeGreaterThan(3);
  expect(meta.cost.usd).toBeGreaterThan(0);
});

test('the cost of a call of which one attempt has no price is not known', async () => {
  shop.behave(withFaults(tokens(12), { kind: 'cut', afterTokens: 5 }));
  house.behave(tokens(12));
  expect((await chat('unpriced')).cost.usd).toBeNull();
});

test('the calls of known cost together cost what the budget was charged', async () => {
  const read = async () => {
    const { data } = await gateway.query<{ viewer: { budgets: { unit: string; spent: number; reserved: number }[] }; calls: { nodes: { model: string; cost: { usd: number | null }; usage: { input: number; output: number }; attempts: Meta['attempts'] }[] } }>(
      '{ viewer { budgets { unit spent reserved } } calls(first: 100) { nodes { model cost { usd } usage { input output } attempts { outcome usage { input output } } } } }',
    );
    return { budgets: data?.viewer.budgets ?? [], calls: data?.calls.nodes ?? [] };
  };
  await expect.poll(async () => (await read()).budgets.map(({ reserved }) => reserved)).toEqual([0, 0]);
  const { budgets, calls } = await read();
  const spent = (unit: string) => budgets.find((budget) => budget.unit === unit)?.spent ?? 0;
  const lost = calls.flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome !== 'OK'));
  const tokensOf = ({ input, output }: { input: number; output: number }) => input + output;
  expect(spent('TOKENS')).toBe(calls.reduce((sum, { usage }) => sum + tokensOf(usage), 0) + lost.reduce((sum, { usage }) => sum + (usage === null ? 0 : tokensOf(usage)), 0));
  const known = calls.reduce((sum, { cost }) => sum + (cost.usd ?? 0), 0);
  expect(calls.filter(({ cost }) => cost.usd === null)).toHaveLength(1);
  // The one whose cost is not known is charged with what it had reserved.
  expect(spent('USD')).toBeGreaterThan(known);
  expect(spent('USD')).toBeLessThan(known + 100);
});
