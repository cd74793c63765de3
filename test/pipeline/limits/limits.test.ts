import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { answers, startFakeOpenAI, tokens, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { makePlace } from '../../ledger/engines.ts';
import { redisUrl } from '../../redis/server.ts';

let vendor: FakeVendor;

beforeAll(async () => {
  vendor = await startFakeOpenAI();
});
afterAll(() => vendor.close());

/** Input is free and a token of the answer costs a tenth of a cent, so that every call costs one cent, reserved or used. */
const CENT = answers({ text: 'One two three.', usage: { input: 100, output: 10 } });

/** A gateway in front of one vendor. @param limits what the config says of budgets */
function configOf(policy: Record<string, unknown>, budgets: Record<string, unknown>[] = []): Record<string, unknown> {
  vendor.reset();
  vendor.behave(CENT);
  const target = { provider: 'shop', model: 'gpt-test', price: { input: 0, output: 1_000 } };
  return {
    providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
    models: {
      support: { operation: 'chat', route: { retries: 0, totalMs: '60s', firstTokenMs: '60s', idleMs: '60s' }, targets: [target] },
      feeling: { operation: 'sentiment', route: { retries: 0 }, targets: [target] },
    },
    policies: { default: policy },
    budgets,
  };
}

const ASK = '{ chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { text meta { warnings } } }';
const LEFT = '{ viewer { budgets { scope unit amount per spent reserved left resetsAt soft } } }';

interface Standing {
  viewer: { budgets: { scope: string; unit: string; amount: number; spent: number; reserved: number; left: number; resetsAt: string }[] };
}

/** What a call has used counts within two seconds of its end at the latest; on a busy machine later. */
const SETTLED = { timeout: 20_000 };

async function standing(gateway: TestGateway) {
  const { data } = await gateway.query<Standing>(LEFT);
  return data?.viewer.budgets ?? [];
}

/** Asks so often at once; the codes of those that were refused, and how many were answered. */
async function ask(gateways: readonly TestGateway[], times: number): Promise<{ passed: number; codes: Set<unknown> }> {
  const results = await Promise.all(Array.from({ length: times }, async (_, at) => gateways[at % gateways.length]?.query<{ chat: unknown }>(ASK)));
  const passed = results.filter((result) => result?.data?.chat != null).length;
  return { passed, codes: new Set(results.flatMap((result) => result?.errors?.map(({ extensions }) => extensions?.['code']) ?? [])) };
}

test('lets exactly so many of a thousand calls pass as the budget can carry', async () => {
  await using gateway = await TestGateway.start({ config: configOf({ budget: { usd: 1, per: 'month' } }) });
  expect(await ask([gateway], 1_000)).toEqual({ passed: 100, codes: new Set(['BUDGET_EXCEEDED']) });
  expect(vendor.requests.length).toBe(100);
  await expect.poll(() => standing(gateway), SETTLED).toMatchObject([{ scope: 'KEY', unit: 'USD', amount: 1, spent: 1, reserved: 0, left: 0 }]);
}, 120_000);

test('lets three instances on one PostgreSQL pass exactly so many together', async () => {
  const place = await makePlace('postgres');
  try {
    const start = () => TestGateway.start({ config: configOf({ scopes: ['*'] }, [{ scope: 'app', usd: 1, per: 'month' }]), databaseUrl: place.databaseUrl, secret: 'a secret of all three instances' });
    const first = await start();
    await using second = await start();
    await using third = await start();
    try {
      const burst = await ask([first, second, third], 1_000);
      expect(burst.codes).toEqual(new Set(['BUDGET_EXCEEDED']));
      // What an instance has leased and not used comes back after a second.
      await expect.poll(async () => (await standing(second))[0]?.reserved).toBe(0);
      let { passed } = burst;
      let asked = 1_000;
      for (let round = 0; round < 20 && passed < 100; round++, asked += 20) passed += (await ask([third], 20)).passed;
      expect(passed).toBe(100);
      expect((await ask([second], 10)).passed).toBe(0);
      expect(vendor.requests.length).toBe(100);
      const { data } = await second.query<{ usage: { calls: number; errors: number; cost: { usd: number } }[] }>('{ usage(by: [APP], from: "2000-01-01T00:00:00Z") { calls errors cost { usd } } }');
      expect(data?.usage).toEqual([{ calls: asked + 10, errors: asked - 90, cost: { usd: 1 } }]);
    } finally {
      await first[Symbol.asyncDispose]();
    }
  } finally {
    await place.remove();
  }
}, 180_000);

test('lets three instances on one Redis pass exactly so many together', async () => {
  const shared = redisUrl();
  const start = () => TestGateway.start({ config: configOf({ scopes: ['*'] }, [{ scope: 'app', requests: 100, per: 'hour' }]), redisUrl: shared });
  await using first = await start();
  await using second = await start();
  await using third = await start();
  expect(await ask([first, second, third], 1_000)).toEqual({ passed: 100, codes: new Set(['RATE_LIMITED']) });
  expect(vendor.requests.length).toBe(100);
  await expect.poll(() => standing(third), SETTLED).toMatchObject([{ spent: 100, reserved: 0, left: 0 }]);
}, 120_000);

describe('a refusal', () => {
  test('says which budget, how much is left, and when there is more', async () => {
    await using gateway = await TestGateway.start({ config: configOf({ budget: { usd: 0.015, per: 'day' } }) });
    await gateway.query(ASK);
    const { errors } = await gateway.query(ASK);
    const { code, budget, left, resetsAt, retryAfterMs } = errors?.[0]?.extensions ?? {};
    expect({ code, budget, left }).toEqual({ code: 'BUDGET_EXCEEDED', budget: { scope: 'KEY', unit: 'USD', amount: 0.015, per: 'DAY' }, left: 0.005 });
    const midnight = new Date();
    midnight.setUTCHours(24, 0, 0, 0);
    expect(resetsAt).toBe(midnight.toISOString());
    expect(Math.abs(Number(retryAfterMs) - (midnight.getTime() - Date.now()))).toBeLessThan(10_000);
    expect(vendor.requests.length).toBe(1);
  });

  test('is RATE_LIMITED for what comes back within the minute', async () => {
    await using gateway = await TestGateway.start({ config: configOf({ limits: { requestsPerMinute: 2 } }) });
    expect(await ask([gateway], 5)).toEqual({ passed: 2, codes: new Set(['RATE_LIMITED']) });
    const { errors } = await gateway.query(ASK);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', budget: { unit: 'REQUESTS', amount: 2, per: 'MINUTE' }, left: 0 });
  });

  test('is recorded with its code and costs nothing', async () => {
    await using gateway = await TestGateway.start({ config: configOf({ limits: { tokensPerMinute: 5 } }) });
    await gateway.query(ASK);
    const { data } = await gateway.query<{ calls: { nodes: unknown[] } }>('{ calls { nodes { outcome errorCode cost { usd } usage { input output } } } }');
    expect(data?.calls.nodes).toEqual([{ outcome: 'ERROR', errorCode: 'RATE_LIMITED', cost: { usd: 0 }, usage: { input: 0, output: 0 } }]);
  });
});

test('counts calls that are under way, and lets the next one in when one has ended', async () => {
  await using gateway = await TestGateway.start({ config: configOf({ limits: { concurrent: 3 } }) });
  vendor.behave({ ...CENT, delays: { beforeHeadersMs: 300 } });
  expect(await ask([gateway], 8)).toEqual({ passed: 3, codes: new Set(['RATE_LIMITED']) });
  expect((await ask([gateway], 3)).passed).toBe(3);
});

test('holds budgets of apps, models and users beside those of the policy', async () => {
  const config = configOf({ budget: { requests: 5, per: 'hour' } }, [
    { scope: 'model', name: 'support', requests: 3, per: 'hour' },
    { scope: 'app', name: 'another', requests: 1, per: 'hour' },
    { scope: 'user', requests: 1, per: 'hour' },
  ]);
  await using gateway = await TestGateway.start({ config });
  expect((await ask([gateway], 8)).passed).toBe(3);
  await expect.poll(() => standing(gateway), SETTLED).toMatchObject([{ scope: 'KEY', amount: 5, spent: 3, left: 2 }]);
});

test('holds a smaller budget from the reload on that brings it', async () => {
  const config = configOf({ budget: { usd: 100, per: 'month' } });
  await using gateway = await TestGateway.start({ config });
  await gateway.query(ASK);
  await writeFile(gateway.configPath, stringify({ ...config, policies: { default: { budget: { usd: 0.02, per: 'month' } } } }));
  await gateway.gateway.reload(await loadConfig(gateway.configPath, {}));
  await expect.poll(() => standing(gateway), SETTLED).toMatchObject([{ amount: 0.02, spent: 0.01, reserved: 0 }]);
  expect((await ask([gateway], 5)).passed).toBe(1);
});

test('warns of a soft budget, and lets the call pass', async () => {
  await using gateway = await TestGateway.start({ config: configOf({ budget: [{ usd: 0.01, per: 'day', soft: true }] }) });
  await gateway.query(ASK);
  const { data } = await gateway.query<{ chat: { meta: { warnings: string[] } } }>(ASK);
  expect(data?.chat.meta.warnings).toEqual([expect.stringContaining('The limit of 0.01 USD per day')]);
});

test('says that a call of unknown price does not count in dollars', async () => {
  const config = configOf({ budget: { usd: 1, per: 'day' } });
  const models = { odd: { operation: 'chat', targets: [{ provider: 'shop', model: 'a-model-of-nobody' }] } };
  await using gateway = await TestGateway.start({ config: { ...config, models } });
  const { data } = await gateway.query<{ chat: { meta: { warnings: string[] } } }>(ASK);
  expect(data?.chat.meta.warnings).toEqual([expect.stringContaining('The price of "odd" is not known')]);
});

describe('a whole operation', () => {
  const TWO = `{ first: chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { text }
    second: chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { text } }`;

  test('is refused before any model is called, when the budget carries only a part of it', async () => {
    await using gateway = await TestGateway.start({ config: configOf({ budget: { usd: 0.015, per: 'day' } }) });
    const { data, errors } = await gateway.query(TWO);
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions?.['code']).toBe('BUDGET_EXCEEDED');
    expect(vendor.requests.length).toBe(0);
    expect((await gateway.query(ASK)).errors).toBeUndefined();
  });

  test('passes when it fits, and gives back what is left', async () => {
    await using gateway = await TestGateway.start({ config: configOf({ budget: { usd: 0.02, per: 'day' } }) });
    expect((await gateway.query(TWO)).errors).toBeUndefined();
    await expect.poll(() => standing(gateway), SETTLED).toMatchObject([{ spent: 0.02, reserved: 0, left: 0 }]);
  });

  test('is refused with all its branches, and what a branch does not use comes back', async () => {
    const composite = 'query ($chat: Boolean!) { multimodal(input: { text: "How are you?" }) { chat(maxTokens: 10) @include(if: $chat) { text } sentiment { score } meta { cost { usd } } } }';
    // The sentiment alone may use 300 tokens.
    await using gateway = await TestGateway.start({ config: configOf({ budget: { usd: 0.305, per: 'day' } }) });
    const { data, errors } = await gateway.query(composite, { chat: true });
    expect(data).toMatchObject({ multimodal: { chat: null, sentiment: null } });
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['BUDGET_EXCEEDED', 'BUDGET_EXCEEDED']);
    expect(vendor.requests.length).toBe(0);
    vendor.behave(answers({ text: JSON.stringify({ label: 'NEUTRAL', score: 0, confidence: 1, emotions: [], language: 'en' }), usage: { input: 10, output: 20 } }));
    expect((await gateway.query(composite, { chat: false })).errors).toBeUndefined();
    await expect.poll(() => standing(gateway), SETTLED).toMatchObject([{ spent: 0.02, reserved: 0, left: 0.285 }]);
  });
});

describe('a stream', () => {
  const STREAM = 'subscription ($most: Int) { chat(input: { maxTokens: $most, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { __typename ... on ChatDelta { text } ... on ChatError { code message } } }';

  test('that is longer than what the budget can carry ends with a coded event', async () => {
    await using gateway = await TestGateway.start({ config: configOf({ budget: { usd: 0.05, per: 'day' } }) });
    // The vendor does not keep to the bound.
    vendor.behave(tokens(400));
    const events = await gateway.collect<{ chat: { __typename: string; code?: string } }>(STREAM, { most: 40 });
    expect(events.at(-1)?.data?.chat).toMatchObject({ __typename: 'ChatError', code: 'BUDGET_EXCEEDED', message: expect.stringContaining('The answer is stopped') });
    expect(events.length).toBeGreaterThan(20);
    expect(events.length).toBeLessThan(80);
    const { data } = await gateway.query<{ calls: { nodes: { errorCode: string; usage: { output: number; reported: boolean } }[] } }>('{ calls { nodes { errorCode usage { output reported } } } }');
    const [call] = data?.calls.nodes ?? [];
    expect(call).toMatchObject({ errorCode: 'BUDGET_EXCEEDED', usage: { reported: false } });
    const spent = Math.round(call?.usage.output ?? 0) / 1_000;
    await expect.poll(() => standing(gateway), SETTLED).toMatchObject([{ reserved: 0, spent }]);
  });

  test('that nothing bounds reserves more as it grows', async () => {
    await using gateway = await TestGateway.start({ config: configOf({ budget: { usd: 20, per: 'day' } }) });
    vendor.behave(tokens(6_000));
    const events = await gateway.collect<{ chat: { __typename: string } }>(STREAM, {});
    expect(events.at(-1)?.data?.chat.__typename).toBe('ChatDone');
    await expect.poll(async () => (await standing(gateway))[0]?.reserved, SETTLED).toBe(0);
  });
});
