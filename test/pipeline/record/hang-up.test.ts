import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startFakeAnthropic, startFakeOpenAI, tokens, type FakeVendor, type PartialBehaviour } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';

let vendor: FakeVendor;
let other: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  other = await startFakeAnthropic();
  const price = { input: 1, output: 2 };
  gateway = await TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url }, house: { kind: 'anthropic', apiKey: 'test-key', baseUrl: other.url } },
      models: {
        openai: { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'shop', model: 'gpt-test', price }] },
        anthropic: { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'house', model: 'claude-test', price }] },
        feeling: { operation: 'sentiment', route: { retries: 0 }, targets: [{ provider: 'shop', model: 'gpt-test', price }] },
      },
      policies: { default: { budget: { usd: 1_000, per: 'month' }, limits: { concurrent: 100 } } },
    },
  });
});
beforeEach(() => {
  vendor.reset();
  other.reset();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
  await other.close();
});

const STREAM = 'subscription ($model: String!) { chat(input: { model: $model, messages: [{ role: USER, content: [{ text: "Tell me a story of a king." }] }] }) { __typename ... on ChatDelta { text } } }';

interface Recorded {
  calls: { nodes: { id: string; outcome: string; usage: { input: number; output: number; reported: boolean }; cost: { usd: number | null } }[] };
}

/** The newest calls, once there are so many. */
async function recorded(count: number): Promise<Recorded['calls']['nodes']> {
  const read = async () => (await gateway.query<Recorded>('{ calls(first: 100) { nodes { id outcome usage { input output reported } cost { usd } } } }')).data?.calls.nodes ?? [];
  await expect.poll(async () => (await read()).length).toBe(count);
  return read();
}

interface Left {
  viewer: { budgets: { unit: string; reserved: number; spent: number }[] };
}

async function nothingReserved(): Promise<number> {
  const read = async () => (await gateway.query<Left>('{ viewer { budgets { unit reserved spent } } }')).data?.viewer.budgets ?? [];
  await expect.poll(async () => (await read()).map(({ reserved }) => reserved)).toEqual([0, 0]);
  return (await read()).find(({ unit }) => unit === 'USD')?.spent ?? 0;
}

/** Reads so many events of a stream and hangs up. */
async function hangUpAfter(events: number, model: string): Promise<void> {
  const client = gateway.socket();
  const stream = client.iterate({ query: STREAM, variables: { model } });
  for (let read = 0; read < events; read++) await stream.next();
  await client.terminate();
  await stream.return?.(undefined);
}

const slow: PartialBehaviour = { ...tokens(12), delays: { betweenTokensMs: 20 } };

test.each(['openai', 'anthropic'])('a client that hangs up at any stage of a stream by %s is charged with what was used until then', async (model) => {
  const before = (await recorded((await gateway.query<Recorded>('{ calls(first: 100) { nodes { id outcome usage { input output reported } cost { usd } } } }')).data?.calls.nodes.length ?? 0)).length;
  const stages = [1, 2, 4, 8];
  for (const fake of [vendor, other]) fake.behave(slow);
  for (const events of stages) await hangUpAfter(events, model);
  const calls = (await recorded(before + stages.length)).slice(0, stages.length).toReversed();
  expect(calls.map(({ outcome }) => outcome)).toEqual(stages.map(() => 'ABORTED'));
  for (const { usage, cost } of calls) {
    expect(usage.input).toBeGreaterThan(3);
    expect(usage.reported).toBe(false);
    expect(cost.usd).toBeGreaterThan(0);
  }
  // What was delivered by then, and perhaps what was on its way.
  for (const [at, { usage }] of calls.entries()) {
    expect(usage.output).toBeGreaterThanOrEqual(stages[at] ?? 0);
    expect(usage.output).toBeLessThanOrEqual((stages[at] ?? 0) + 12);
  }
  await nothingReserved();
});

test('a client that hangs up before the first token is charged with what the vendor has read', async () => {
  const before = (await recorded(8)).length;
  vendor.behave({ ...tokens(5), delays: { beforeFirstTokenMs: 5_000 } });
  const client = gateway.socket();
  const stream = client.iterate({ query: STREAM, variables: { model: 'openai' } });
  const first = stream.next();
  await expect.poll(() => vendor.requests.length).toBe(1);
  await client.terminate();
  await first.catch(() => undefined);
  const [call] = await recorded(before + 1);
  expect(call).toMatchObject({ outcome: 'ABORTED', usage: { output: 0, reported: false } });
  expect(call?.usage.input).toBeGreaterThan(3);
  await nothingReserved();
});

test('a client that hangs up while a whole answer is made is charged with what the vendor has read', async () => {
  const before = (await recorded(9)).length;
  vendor.behave({ ...tokens(5), delays: { beforeHeadersMs: 5_000 } });
  const leaving = new AbortController();
  const asked = gateway.query('{ sentiment(input: { text: "I like it very much." }) { score } }', {}, { signal: leaving.signal });
  await expect.poll(() => vendor.requests.length).toBe(1);
  leaving.abort();
  await asked.catch(() => undefined);
  const [call] = await recorded(before + 1);
  expect(call).toMatchObject({ outcome: 'ABORTED', usage: { output: 0, reported: false } });
  expect(call?.usage.input).toBeGreaterThan(3);
});

test('sums of usage equal those of the calls, and the budget is charged with their cost', async () => {
  const calls = await recorded(10);
  const { data } = await gateway.query<{ usage: { calls: number; aborted: number; usage: { input: number; output: number }; cost: { usd: number }; callsWithEstimatedUsage: number }[] }>(
    '{ usage(by: [APP], from: "2000-01-01T00:00:00Z") { calls aborted usage { input output } cost { usd } callsWithEstimatedUsage } }',
  );
  const sum = (of: (call: (typeof calls)[number]) => number): number => calls.reduce((total, call) => total + of(call), 0);
  const [row] = data?.usage ?? [];
  expect(row).toMatchObject({ calls: 10, aborted: 10, callsWithEstimatedUsage: 10, usage: { input: sum(({ usage }) => usage.input), output: sum(({ usage }) => usage.output) } });
  expect(row?.cost.usd).toBeCloseTo(sum(({ cost }) => cost.usd ?? 0), 9);
  expect(await nothingReserved()).toBeCloseTo(row?.cost.usd ?? 0, 9);
});
