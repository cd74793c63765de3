import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { uuidv7 } from '../../src/canonical/ids.ts';
import { type BudgetLimit, BudgetRefusal, type CallRecord, type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { aCall } from './calls.ts';
import { makePlace, type Place } from './engines.ts';
import { Proxy } from './proxy.ts';

const log = createLog('silent');
const secret = 'a-secret-of-32-characters-or-so!';
const from = new Date('2026-01-01T00:00:00Z');
const to = new Date('2027-01-01T00:00:00Z');
const payload = { prompt: 'Käsekuchen', answer: 'Lebkuchen' };
const picture = { index: 0, mediaType: 'image/png', width: 4, height: 3, size: 20_000, bytes: Buffer.alloc(20_000, 'Käsekuchen') };

describe('while PostgreSQL is out of reach', () => {
  let place: Place;
  let proxy: Proxy;
  let ledger: Ledger;
  let url: string;
  const open = (): Promise<Ledger> => openLedger({ dataDir: place.dataDir, databaseUrl: url, secret, log });
  const record = async (count: number): Promise<CallRecord[]> => {
    const calls = Array.from({ length: count }, () => aCall({ payload: { ...payload, pictures: [picture] } }));
    await Promise.all(calls.map((call) => ledger.record(call)));
    return calls;
  };

  beforeEach(async () => {
    place = await makePlace('postgres');
    ({ proxy, url } = await Proxy.to(place.databaseUrl ?? ''));
    ledger = await open();
  });

  afterEach(async () => {
    await ledger.close();
    await proxy.close();
    await place.remove();
  });

  test.each(['cut', 'stall'] as const)('calls are recorded all the same, and are all there once when it is back (%s)', async (how) => {
    const calls = await record(5);
    proxy[how]();
    const began = performance.now();
    calls.push(...(await record(20)));
    // Far less than any deadline of a connection.
    expect(performance.now() - began).toBeLessThan(1_000);
    for (let i = 0; i < 5; i++) {
      calls.push(...(await record(5)));
      await sleep(50);
    }
    proxy.mend();
    calls.push(...(await record(5)));
    await vi.waitFor(async () => expect((await stat(join(place.dataDir, 'journal'))).size).toBe(0), { timeout: 20_000, interval: 100 });
    expect(await ledger.usage({ by: [], from, to })).toMatchObject([{ calls: calls.length, input: calls.length * 100 }]);
    const found = await ledger.callsById(calls.map((call) => call.id));
    expect(found.filter((call) => call === null)).toEqual([]);
    expect((await ledger.call(calls[10]?.id ?? ''))?.payload).toEqual(payload);
    for (const { id } of calls) expect(Buffer.from((await ledger.picture(id, 0)) ?? [])).toEqual(picture.bytes);
  });

  test('what the journal holds is brought over by the next start, and nothing of it can be read', async () => {
    proxy.cut();
    const calls = await record(10);
    await ledger.close();
    for (const name of await readdir(place.dataDir)) {
      expect((await readFile(join(place.dataDir, name))).includes('kuchen')).toBe(false);
    }
    proxy.mend();
    ledger = await open();
    await vi.waitFor(async () => expect(await ledger.usage({ by: [], from, to })).toMatchObject([{ calls: calls.length }]), { timeout: 20_000 });
  });

  test('a database that is slow and there is waited for: a thousand calls are refused for their budget', async () => {
    const limit: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'REQUESTS', amount: 100, per: 'DAY', window: 'CALENDAR' };
    const reserve = () => ledger.budgets.reserve([{ callId: uuidv7(), limits: [limit], estimate: { usd: null, tokens: 1, requests: 1 } }]);
    // Whoever leases waits for this lock.
    const other = new Client({ connectionString: place.databaseUrl ?? '' });
    await other.connect();
    await other.query('begin');
    await other.query('lock table budget_counters in exclusive mode');
    const tries = Array.from({ length: 1_000 }, reserve);
    const all = Promise.allSettled(tries);
    await sleep(700);
    await other.query('commit');
    const refusals = (await all).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refusals).toHaveLength(900);
    expect(refusals.filter((reason) => !(reason instanceof BudgetRefusal))).toEqual([]);
    await other.end();
  });

  test.each(['cut', 'stall'] as const)('a budget that was used up a moment ago refuses for itself (%s)', async (how) => {
    const limit: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'USD', amount: 1, per: 'DAY', window: 'CALENDAR' };
    const reserve = () => ledger.budgets.reserve([{ callId: uuidv7(), limits: [limit], estimate: { usd: 1, tokens: 1, requests: 1 } }], true);
    await reserve();
    await expect(reserve()).rejects.toThrow(BudgetRefusal);
    proxy[how]();
    // Longer than an answer is taken for granted.
    await sleep(300);
    await expect(reserve()).rejects.toThrow(BudgetRefusal);
  });

  test('reservations that need the store follow the fail mode without hanging', async () => {
    const limit: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'USD', amount: 1, per: 'DAY', window: 'CALENDAR' };
    const request = { callId: uuidv7(), limits: [limit], estimate: { usd: 0.1, tokens: 1, requests: 1 } };
    proxy.stall();
    await expect(ledger.budgets.reserve([request])).rejects.toMatchObject({ name: 'BudgetUnavailable' });
    const [reservation] = await ledger.budgets.reserve([request], true);
    expect(reservation?.warnings).toHaveLength(1);
  });
});
