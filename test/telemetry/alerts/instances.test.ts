import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { aCall } from '../../ledger/calls.ts';
import { ENGINES, makePlace, type Place } from '../../ledger/engines.ts';
import { Proxy } from '../../ledger/proxy.ts';
import { Receiver, SECRET } from './receiver.ts';

vi.setConfig({ testTimeout: 60_000 });

const STRANGERS = { kind: 'refusedKeys', name: 'strangers', above: 3, over: '6s' };
const ASK = '{ chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { text } }';

let vendor: FakeVendor;
let receiver: Receiver;
let url: string;
let place: Place;
let otherFolder: string;

beforeEach(async () => {
  // A call costs a cent.
  vendor = await startFakeOpenAI(answers({ text: 'Yes.', usage: { input: 10, output: 10 } }));
  receiver = new Receiver();
  url = await receiver.start();
  otherFolder = await mkdtemp(join(tmpdir(), 'kanon-alerts-'));
});
afterEach(async () => {
  await receiver.close();
  await vendor.close();
  await place.remove();
  await rm(otherFolder, { recursive: true, force: true });
});

const start = (rules: Record<string, unknown>[], { dataDir = place.dataDir, databaseUrl = place.databaseUrl, policy = {} }: { dataDir?: string; databaseUrl?: string | undefined; policy?: Record<string, unknown> } = {}) =>
  TestGateway.start({
    dataDir,
    databaseUrl,
    secret: 'what all instances have',
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { support: { operation: 'chat', targets: [{ provider: 'shop', model: 'gpt-test', price: { input: 0, output: 1_000 } }] } },
      policies: { default: policy },
      alerts: { webhooks: [{ url, secret: SECRET }], rules, every: '100ms' },
    },
  });

/** Enough for the rule, at each of the gateways. */
async function knock(...gateways: TestGateway[]): Promise<void> {
  const knocks = gateways.flatMap((gateway) => Array.from({ length: 5 }, () => gateway.query('{ viewer { app } }', {}, { headers: { authorization: 'Bearer kn_no-such-key-of-this-gateway-at-all' } })));
  await Promise.all(knocks);
}

/** Goes on knocking until the work is done. */
async function knocking(gateway: TestGateway, work: Promise<unknown>): Promise<void> {
  const over = work.then(() => true);
  do await knock(gateway);
  while (!(await Promise.race([over, sleep(300, false)])));
}

async function ask(gateway: TestGateway, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => gateway.query(ASK)));
}

describe('instances on one database', () => {
  beforeEach(async () => {
    place = await makePlace('postgres');
  });

  test('tell once what several see, and its end when none sees it any more', async () => {
    await using one = await start([STRANGERS]);
    await using other = await start([STRANGERS], { dataDir: otherFolder });
    await knock(one);
    await knocking(other, receiver.until('strangers', 'firing'));
    // Over at one, long enough for it to say so.
    await knocking(other, sleep(8_000));
    expect(receiver.states('strangers')).toEqual(['firing']);
    await receiver.until('strangers', 'resolved');
    await sleep(500);
    expect(receiver.states('strangers')).toEqual(['firing', 'resolved']);
    expect(receiver.forged).toBe(0);
    await knock(one);
    await vi.waitFor(() => expect(receiver.states('strangers')).toEqual(['firing', 'resolved', 'firing']), { timeout: 20_000 });
  });

  test('share what an hour has cost and how far a budget is used, and tell each once', async () => {
    const rules = [{ kind: 'spend', name: 'dear', above: 0.05 }, { kind: 'budget', name: 'nearly-spent' }];
    const policy = { budget: { usd: 0.1, per: 'month' } };
    await using one = await start(rules, { policy });
    await using other = await start(rules, { dataDir: otherFolder, policy });
    await ask(one, 4);
    await ask(other, 4);
    expect((await receiver.until('dear', 'firing')).value).toBeGreaterThanOrEqual(0.05);
    expect((await receiver.until('nearly-spent', 'firing')).value).toBeCloseTo(0.8, 9);
    await sleep(1_000);
    expect([receiver.states('dear'), receiver.states('nearly-spent')]).toEqual([['firing'], ['firing']]);
  });

  test('tell the end of what an instance saw that is gone', async () => {
    await using _left = await start([STRANGERS], { dataDir: otherFolder });
    const gone = await start([STRANGERS]);
    await knock(gone);
    await receiver.until('strangers', 'firing');
    await gone[Symbol.asyncDispose]();
    expect(receiver.states('strangers')).toEqual(['firing']);
    expect(await receiver.until('strangers', 'resolved')).toMatchObject({ kind: 'refusedKeys', subject: '', threshold: 3 });
    await sleep(500);
    expect(receiver.states('strangers')).toEqual(['firing', 'resolved']);
  });

  test('tell what one that is gone has not come to tell', async () => {
    receiver.statuses = [503];
    await using left = await start([STRANGERS], { dataDir: otherFolder });
    const gone = await start([STRANGERS]);
    await knock(gone);
    await vi.waitFor(() => expect(receiver.ids).toHaveLength(1), { timeout: 20_000 });
    await gone[Symbol.asyncDispose]();
    expect(receiver.alerts).toEqual([]);
    await knocking(left, receiver.until('strangers', 'firing'));
    expect(receiver.states('strangers')).toEqual(['firing']);
  });

  test.each(['cut', 'stall'] as const)('tell what they see themselves while the way to the database is: %s; and do not tell it again', async (outage) => {
    const { proxy, url: databaseUrl } = await Proxy.to(place.databaseUrl ?? '');
    try {
      await using gateway = await start([STRANGERS, { kind: 'spend', name: 'dear', above: 100 }], { databaseUrl });
      proxy[outage]();
      await knocking(gateway, receiver.until('strangers', 'firing'));
      proxy.mend();
      await knocking(gateway, sleep(2_000));
      expect(receiver.states('strangers')).toEqual(['firing']);
      await receiver.until('strangers', 'resolved');
      await sleep(500);
      expect(receiver.states('strangers')).toEqual(['firing', 'resolved']);
    } finally {
      await proxy.close();
    }
  });
});

describe.each(ENGINES)('a restart on %s', (engine) => {
  beforeEach(async () => {
    place = await makePlace(engine);
  });

  test('does not tell again what goes on, and tells its end', async () => {
    const before = await start([STRANGERS]);
    await knock(before);
    await receiver.until('strangers', 'firing');
    await before[Symbol.asyncDispose]();
    await using after = await start([STRANGERS]);
    await knocking(after, sleep(2_000));
    expect(receiver.states('strangers')).toEqual(['firing']);
    await receiver.until('strangers', 'resolved');
    await sleep(300);
    expect(receiver.states('strangers')).toEqual(['firing', 'resolved']);
  });

  test('tells what was not taken before it', async () => {
    receiver.statuses = [503];
    const before = await start([STRANGERS]);
    await knock(before);
    await vi.waitFor(() => expect(receiver.ids).toHaveLength(1), { timeout: 20_000 });
    await before[Symbol.asyncDispose]();
    expect(receiver.alerts).toEqual([]);
    await using _after = await start([STRANGERS]);
    expect(await receiver.until('strangers', 'firing')).toMatchObject({ kind: 'refusedKeys', threshold: 3 });
  });

  test('tells the end of a rule that the config no longer has', async () => {
    const before = await start([STRANGERS]);
    await knock(before);
    await receiver.until('strangers', 'firing');
    await before[Symbol.asyncDispose]();
    await using _after = await start([]);
    expect(await receiver.until('strangers', 'resolved')).toMatchObject({ kind: 'refusedKeys', threshold: 3 });
  });
});

test('an hour that costs so many times what the hours of the day have cost is told, one that is as usual is not', async () => {
  place = await makePlace('sqlite');
  const ledger = await openLedger({ dataDir: place.dataDir, log: createLog('silent') });
  const hour = Math.floor(Date.now() / 3_600_000);
  for (const ago of [6, 5, 4, 3, 2]) await ledger.record(aCall({ startedAt: new Date((hour - ago) * 3_600_000), cost: { usd: 0.02, price: null } }));
  await ledger.close();
  await using gateway = await start([{ kind: 'spend', name: 'unusual', above: 0.001, times: 3 }, { kind: 'spend', name: 'dear', above: 0.03 }]);
  await ask(gateway, 4);
  await receiver.until('dear', 'firing');
  await sleep(300);
  expect(receiver.states('unusual')).toEqual([]);
  await ask(gateway, 4);
  // 0.1 USD in the five to six hours before the last one.
  const { threshold } = await receiver.until('unusual', 'firing');
  expect(threshold).toBeGreaterThanOrEqual(0.3 / 6);
  expect(threshold).toBeLessThanOrEqual(0.3 / 5);
});
