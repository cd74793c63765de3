import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { makePlace, type Place } from '../../ledger/engines.ts';
import { Proxy } from '../../ledger/proxy.ts';
import { redisUrl } from '../../redis/server.ts';

/** Milliseconds for which the database is out of reach; longer than a lease is trusted. */
const OUTAGE_MS = Number(process.env['KANON_TEST_OUTAGE_MS'] ?? 9_000);

let vendor: FakeVendor;
let place: Place;
let proxy: Proxy;
let databaseUrl: string;

beforeEach(async () => {
  vendor = await startFakeOpenAI(answers({ text: 'Yes.', usage: { input: 10, output: 10 } }));
  place = await makePlace('postgres');
  ({ proxy, url: databaseUrl } = await Proxy.to(place.databaseUrl ?? ''));
});
afterEach(async () => {
  await proxy.close();
  await place.remove();
  await vendor.close();
});

const start = (policy: Record<string, unknown>, where: { databaseUrl?: string; redisUrl?: string } = { databaseUrl }) =>
  TestGateway.start({
    ...where,
    secret: 'a secret of the database',
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { support: { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'shop', model: 'gpt-test', price: { input: 0, output: 1_000 } }] } },
      policies: { default: policy },
    },
  });

interface Asked {
  code: string | null;
  ms: number;
  id: string | null;
}

async function ask(gateway: TestGateway): Promise<Asked> {
  const begin = performance.now();
  const { data, errors } = await gateway.query<{ chat: { meta: { id: string } } | null }>('{ chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { meta { id } } }');
  const code = errors?.[0]?.extensions?.['code'];
  return { code: code === undefined ? null : String(code), ms: performance.now() - begin, id: data?.chat?.meta.id ?? null };
}

/** Ten calls at once, five times a second, for so long. */
async function load(gateway: TestGateway, ms: number): Promise<Asked[]> {
  const all: Promise<Asked>[] = [];
  for (const end = performance.now() + ms; performance.now() < end; await sleep(200)) all.push(...Array.from({ length: 10 }, () => ask(gateway)));
  return Promise.all(all);
}

async function calls(gateway: TestGateway): Promise<number> {
  const { data } = await gateway.query<{ usage: { calls: number }[] }>('{ usage(by: [APP], from: "2000-01-01T00:00:00Z") { calls } }');
  return data?.usage[0]?.calls ?? 0;
}

/** The middle of all. */
function median(asked: readonly Asked[]): number {
  return asked.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(asked.length / 2)] ?? 0;
}

test('answers go on while the database is gone where budgets fail open, and every call is recorded afterwards', { timeout: OUTAGE_MS + 60_000 }, async () => {
  await using gateway = await start({ budget: { usd: 1_000, per: 'day' }, budgetFail: 'open' });
  const before = await load(gateway, 1_500);
  proxy.cut();
  const during = await load(gateway, OUTAGE_MS);
  proxy.mend();
  const after = await load(gateway, 1_500);
  const all = [...before, ...during, ...after];
  expect(all.filter(({ code }) => code !== null)).toEqual([]);
  await expect.poll(() => calls(gateway), { timeout: 20_000 }).toBe(all.length);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  // 50 ms, and room for a busy machine.
  expect(median(during) - median(before)).toBeLessThan(250);
});

describe.each(['cut', 'stall', 'slow'] as const)('while Redis is out of reach (%s)', (how) => {
  /** An eighth of the limit is leased at a time: less than is asked for meanwhile. */
  const limits = { requestsPerMinute: 1_000 };
  let redis: Proxy;
  let redisUrlThrough: string;

  beforeEach(async () => {
    ({ proxy: redis, url: redisUrlThrough } = await Proxy.to(redisUrl()));
  });
  afterEach(() => redis.close());

  async function outage(policy: Record<string, unknown>): Promise<{ during: Asked[]; all: number; gateway: TestGateway }> {
    const gateway = await start({ limits, ...policy }, { redisUrl: redisUrlThrough });
    const before = await load(gateway, 500);
    redis[how](200);
    const during = await load(gateway, 7_000);
    redis.mend();
    return { during, all: before.length + during.length, gateway };
  }

  test('answers go on where limits fail open, and every call is recorded', { timeout: 60_000 }, async () => {
    const { during, all, gateway } = await outage({ budgetFail: 'open' });
    expect(during.filter(({ code }) => code !== null)).toEqual([]);
    await expect.poll(() => calls(gateway), { timeout: 20_000 }).toBe(all);
    await gateway[Symbol.asyncDispose]();
  });

  test('calls are refused where limits fail closed, and pass again when it is back', { timeout: 60_000 }, async () => {
    const { during, gateway } = await outage({});
    expect(new Set(during.map(({ code }) => code))).toEqual(new Set([null, 'RATE_LIMITED']));
    expect(Math.max(...during.map(({ ms }) => ms))).toBeLessThan(5_000);
    await expect.poll(async () => (await ask(gateway)).code, { timeout: 20_000 }).toBeNull();
    await gateway[Symbol.asyncDispose]();
  });
});

test('calls are refused soon, not held up, while the database is gone where budgets fail closed', { timeout: OUTAGE_MS + 60_000 }, async () => {
  await using gateway = await start({ budget: { usd: 1_000, per: 'day' } });
  await load(gateway, 1_000);
  proxy.stall();
  const during = await load(gateway, OUTAGE_MS);
  expect(new Set(during.map(({ code }) => code))).toEqual(new Set([null, 'RATE_LIMITED']));
  expect(Math.max(...during.map(({ ms }) => ms))).toBeLessThan(5_000);
  proxy.mend();
  await expect.poll(async () => (await ask(gateway)).code, { timeout: 20_000 }).toBeNull();
});
