import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { uuidv7 } from '../../../src/canonical/ids.ts';
import { type BudgetLimit, BudgetRefusal, type Ledger, openLedger, type Reservation } from '../../../src/ledger/ledger.ts';
import { openRedis, type Redis } from '../../../src/redis/redis.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { redisUrl } from '../../redis/server.ts';
import { aCall } from '../calls.ts';
import { makePlace, type Place } from '../engines.ts';
import { Proxy } from '../proxy.ts';

const log = createLog('silent');
const hourly: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'REQUESTS', amount: 100, per: 'HOUR', window: 'SLIDING' };
const atOnce: BudgetLimit = { ...hourly, unit: 'CONCURRENT' };
const money: BudgetLimit = { ...hourly, unit: 'USD', amount: 1, per: 'MONTH', window: 'CALENDAR' };
const use = { usd: 0.01, tokens: 10, requests: 1 };
const PATIENT = { timeout: 20_000, interval: 100 };

let url: string;
let opened: { place: Place; redis: Redis; ledger: Ledger }[];

beforeEach(() => {
  url = redisUrl();
  opened = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const { ledger, redis, place } of opened) {
    await ledger.close();
    redis.close();
    await place.remove();
  }
});

/** An instance with a ledger of its own; what they share is Redis alone. */
async function open(by = url, place?: Place): Promise<Ledger> {
  const at = place ?? (await makePlace('sqlite'));
  const redis = await openRedis(by, log);
  const ledger = await openLedger({ dataDir: at.dataDir, redis, log });
  opened.push({ place: at, redis, ledger });
  return ledger;
}

async function reserve(ledger: Ledger, limits: BudgetLimit[], count = 1, failOpen = false): Promise<Reservation[]> {
  return await ledger.budgets.reserve(Array.from({ length: count }, () => ({ callId: uuidv7(), limits, estimate: use })), failOpen);
}

/** One after the other as long as it goes, at whoever has some. */
async function takeAll(ledger: Ledger, limit: BudgetLimit): Promise<number> {
  for (let taken = 0; ; taken++) {
    try {
      await reserve(ledger, [limit]);
    } catch (error) {
      if (error instanceof BudgetRefusal) return taken;
      throw error;
    }
  }
}

/** What restarts of a Redis that keeps nothing on disk do. */
async function forget(): Promise<void> {
  const place = new URL(url);
  const prefix = place.searchParams.get('prefix') ?? '';
  place.search = '';
  const client = await createClient({ url: place.href }).connect();
  const keys = await client.keys(`${prefix}*`);
  expect(keys.length).toBeGreaterThan(0);
  await client.del(keys);
  client.destroy();
}

test.each([hourly, { ...hourly, unit: 'TOKENS', amount: 1_000, window: 'CALENDAR' } as const, atOnce])('three instances let exactly a hundred of a thousand calls pass ($unit)', async (limit) => {
  const ledgers = [await open(), await open(), await open()];
  const tries = await Promise.allSettled(ledgers.flatMap((ledger) => Array.from({ length: 334 }, () => reserve(ledger, [limit]))));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
  const refusals = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(refusals.filter((reason) => !(reason instanceof BudgetRefusal))).toEqual([]);
});

test('calls that end make room for as many, at any instance', async () => {
  const [first, second] = [await open(), await open()];
  const under = await reserve(first, [atOnce], 100);
  await expect(reserve(second, [atOnce])).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  for (const one of under.slice(0, 40)) first.budgets.settle(one, use);
  // What is idle comes back after a second.
  await vi.waitFor(() => reserve(second, [atOnce], 40), PATIENT);
  await expect(reserve(second, [atOnce])).rejects.toThrow(BudgetRefusal);
  await expect(reserve(first, [atOnce])).rejects.toThrow(BudgetRefusal);
});

test('what was used counts until its window is over, and is shown', async () => {
  const calendar: BudgetLimit = { ...hourly, window: 'CALENDAR' };
  const minute: BudgetLimit = { ...hourly, per: 'MINUTE' };
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-05-05T10:59:30.500Z') });
  const [first, second] = [await open(), await open()];
  for (const one of await reserve(first, [calendar, minute], 60)) first.budgets.settle(one, use);
  await reserve(first, [calendar, minute], 5);
  await vi.waitFor(async () => expect(await second.budgets.status([calendar, minute])).toMatchObject([{ spent: 60, reserved: 5, left: 35 }, { spent: 60, reserved: 5, left: 35 }]), PATIENT);
  vi.setSystemTime(new Date('2026-05-05T11:00:01Z'));
  expect(await second.budgets.status([calendar, minute])).toMatchObject([{ spent: 0, left: 100 }, { spent: 60 }]);
  await expect(reserve(second, [minute], 36)).rejects.toThrow(BudgetRefusal);
  vi.setSystemTime(new Date('2026-05-05T11:00:32Z'));
  await vi.waitFor(() => reserve(second, [minute], 95), PATIENT);
});

test('budgets stay in the database, where nothing is forgotten', async () => {
  const place = await makePlace('sqlite');
  const before = await open(url, place);
  const [call] = await reserve(before, [money, hourly]);
  if (call === undefined) throw new Error('one was asked for');
  before.budgets.settle(call, { ...use, usd: 0.4 });
  await before.record(aCall({ id: call.callId, cost: { usd: 0.4, price: null } }));
  await before.close();
  await forget();
  const after = await open(url, place);
  expect(await after.budgets.status([money, hourly])).toMatchObject([{ spent: 0.4 }, { spent: 0 }]);
});

test('a Redis that has forgotten everything is told again, and nobody gets more meanwhile', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  for (const one of await reserve(first, [hourly], 30)) first.budgets.settle(one, use);
  await reserve(second, [hourly], 20);
  // The instances have said so.
  await vi.waitFor(async () => expect(await second.budgets.status([hourly])).toMatchObject([{ spent: 30, reserved: 20 }]), PATIENT);
  await forget();
  let taken = 0;
  await vi.waitFor(async () => {
    taken += await takeAll(third, hourly);
    expect(taken).toBeGreaterThanOrEqual(50);
  }, PATIENT);
  expect(taken).toBe(50);
});

describe('an instance that is killed', () => {
  async function kill(dataDir: string): Promise<void> {
    const child = fork(new URL('../processes/limits.ts', import.meta.url), [dataDir, url, JSON.stringify([hourly, atOnce])], { execArgv: [] });
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  test('gives back its lease after some seconds, and what it had under way counts as used', { timeout: 60_000 }, async () => {
    const place = await makePlace('sqlite');
    await kill(place.dataDir);
    const other = await open();
    expect(await other.budgets.status([atOnce])).toMatchObject([{ reserved: 2 }]);
    await expect(reserve(other, [atOnce], 99)).rejects.toThrow(BudgetRefusal);
    await vi.waitFor(() => reserve(other, [atOnce], 100), PATIENT);
    expect(await other.budgets.status([hourly])).toMatchObject([{ spent: 3, reserved: 0 }]);
    await place.remove();
  });

  test('has it back at once when it is started again in its data folder', { timeout: 60_000 }, async () => {
    const place = await makePlace('sqlite');
    await kill(place.dataDir);
    const again = await open(url, place);
    await reserve(again, [atOnce], 100);
    expect(await again.budgets.status([hourly])).toMatchObject([{ spent: 3, reserved: 0 }]);
  });
});

describe.each(['cut', 'stall'] as const)('while Redis is out of reach (%s)', (how) => {
  let proxy: Proxy;
  let ledger: Ledger;

  beforeEach(async () => {
    const way = await Proxy.to(url);
    proxy = way.proxy;
    ledger = await open(way.url);
  });
  afterEach(() => proxy.close());

  test('the fail mode decides, budgets hold all the same, and what was used counts afterwards', async () => {
    proxy[how]();
    await expect(reserve(ledger, [money, hourly])).rejects.toMatchObject({ name: 'BudgetUnavailable', code: 'RATE_LIMITED' });
    const passed = await reserve(ledger, [money, hourly], 30, true);
    expect(passed[0]?.warnings).toEqual(['The limits could not be checked.']);
    for (const one of passed) ledger.budgets.settle(one, use);
    await expect(reserve(ledger, [money, hourly], 71, true)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(await ledger.budgets.statusAsKnown([hourly, money])).toMatchObject([{ limit: money, spent: 0, reserved: 0.3 }]);
    await expect(ledger.budgets.status([hourly])).rejects.toMatchObject({ name: 'BudgetUnavailable' });
    proxy.mend();
    const other = await open();
    await vi.waitFor(async () => expect(await other.budgets.status([hourly])).toMatchObject([{ spent: 30 }]), PATIENT);
  });

  test('what was let in meanwhile counts once, also what ends when Redis is back', async () => {
    proxy[how]();
    const passed = await reserve(ledger, [hourly], 60, true);
    for (const one of passed.slice(0, 40)) ledger.budgets.settle(one, use);
    proxy.mend();
    await vi.waitFor(() => reserve(ledger, [hourly], 40), PATIENT);
    for (const one of passed.slice(40)) ledger.budgets.settle(one, use);
    await expect(reserve(ledger, [hourly])).rejects.toThrow(BudgetRefusal);
    const other = await open();
    await vi.waitFor(async () => expect(await other.budgets.status([hourly])).toMatchObject([{ spent: 60, reserved: 40, left: 0 }]), PATIENT);
  });

  test('a limit that was used up a moment ago refuses for itself', async () => {
    await reserve(ledger, [hourly], 100);
    await expect(reserve(ledger, [hourly])).rejects.toThrow(BudgetRefusal);
    proxy[how]();
    // Longer than an answer of Redis is taken for granted.
    await sleep(300);
    await expect(reserve(ledger, [hourly], 1, true)).rejects.toThrow(BudgetRefusal);
  });

  test('soft limits refuse nothing', async () => {
    proxy[how]();
    const [passed] = await reserve(ledger, [{ ...hourly, soft: true }]);
    expect(passed?.warnings).toEqual(['The limits could not be checked.']);
  });
});
