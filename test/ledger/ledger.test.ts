import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InputError } from '../../src/canonical/errors.ts';
import { NO_USAGE } from '../../src/canonical/usage.ts';
import { callCursor, type CallRecord, type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { aCall } from './calls.ts';
import { ENGINES, makePlace, type Place } from './engines.ts';

const log = createLog('silent');

const from = new Date('2026-01-01T00:00:00Z');
const to = new Date('2027-01-01T00:00:00Z');

describe.each(ENGINES)('the ledger on %s', (engine) => {
  let place: Place;
  let ledger: Ledger;

  const open = (): Promise<Ledger> => openLedger({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, log });

  beforeEach(async () => {
    place = await makePlace(engine);
    ledger = await open();
  });

  afterEach(async () => {
    await ledger.close();
    await place.remove();
  });

  test('gives a call back as it was recorded, also after it was closed and opened', async () => {
    const call = aCall();
    const bare = aCall({
      timeToFirstTokenMs: null,
      provider: null,
      targetModel: null,
      outcome: 'ERROR',
      errorCode: 'UPSTREAM_UNAVAILABLE',
      principal: { keyId: null, app: null, user: null, team: null },
      cost: { usd: null, price: null },
      attempts: [],
      masked: [],
      warnings: [],
      metadata: null,
      sentiment: { label: 'MIXED', score: -0.125, confidence: 0.75 },
    });
    await Promise.all([ledger.record(call), ledger.record(bare)]);
    expect(await ledger.call(call.id)).toEqual(call);
    await ledger.close();
    ledger = await open();
    expect(await ledger.callsById([bare.id, 'no-such-call', call.id])).toEqual([bare, null, call]);
  });

  test('keeps a call once that is recorded twice, and counts it once', async () => {
    const call = aCall();
    await Promise.all([ledger.record(call), ledger.record({ ...call, model: 'other' }), ledger.record(aCall())]);
    await ledger.record(call);
    const [row] = await ledger.usage({ by: [], from, to });
    expect(row?.calls).toBe(2);
    expect((await ledger.calls({ filter: {}, first: 10, after: null })).rows).toHaveLength(2);
  });

  test('adds the new ones of calls that are committed together with one that is there already', async () => {
    const known = aCall();
    await ledger.record(known);
    const fresh = [aCall(), aCall()];
    await Promise.all([fresh[0], known, fresh[1]].map((call) => ledger.record(call ?? known)));
    const [row] = await ledger.usage({ by: [], from, to });
    expect(row?.calls).toBe(3);
    expect(await ledger.callsById(fresh.map(({ id }) => id))).toEqual(fresh);
  });

  test('records calls in whose texts a half of a character is, or a NUL', async () => {
    const torn = aCall({ model: 'torn', principal: { keyId: null, app: 'shop', user: 'ada\ud83d', team: 'a\0b' } });
    const others = [aCall(), aCall()];
    await Promise.all([torn, ...others].map((call) => ledger.record(call)));
    expect(await ledger.callsById(others.map(({ id }) => id))).toEqual(others);
    expect((await ledger.call(torn.id))?.principal).toMatchObject({ user: expect.stringMatching(/^ada/), team: 'ab' });
  });

  test('pages through all calls newest first, those of one millisecond too', async () => {
    const calls: CallRecord[] = [];
    for (let i = 0; i < 25; i++) {
      calls.push(aCall({ startedAt: new Date(from.getTime() + Math.floor(i / 5)), model: i % 2 === 0 ? 'even' : 'odd' }));
    }
    await Promise.all(calls.map((call) => ledger.record(call)));
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 10; pages++) {
      const page = await ledger.calls({ filter: {}, first: 4, after });
      seen.push(...page.rows.map((call) => call.id));
      const last = page.rows.at(-1);
      if (!page.hasNextPage || last === undefined) break;
      after = callCursor(last);
    }
    const newestFirst = calls.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime() || (a.id < b.id ? 1 : -1));
    expect(seen).toEqual(newestFirst.map((call) => call.id));
    const odd = await ledger.calls({ filter: { model: 'odd' }, first: 12, after: null });
    expect(odd.rows.every((call) => call.model === 'odd')).toBe(true);
    expect(odd).toMatchObject({ hasNextPage: false, rows: { length: 12 } });
  });

  test.each([
    [{ app: 'shop' }, 2],
    [{ app: 'shop', outcome: 'ERROR' as const }, 1],
    [{ errorCode: 'RATE_LIMITED' }, 1],
    [{ user: 'bob' }, 1],
    [{ keyId: 'key-1', team: 'support', provider: 'anthropic', operation: 'CHAT' as const }, 3],
    [{ operation: 'EMBED' as const }, 0],
    [{ from: new Date('2026-05-01T00:00:00Z') }, 1],
    [{ to: new Date('2026-05-01T00:00:00Z') }, 2],
  ])('finds the calls that fit %o', async (filter, count) => {
    const principal = { keyId: 'key-1', app: 'shop', user: 'ada', team: 'support' };
    await ledger.record(aCall({ principal }));
    await ledger.record(aCall({ principal, outcome: 'ERROR', errorCode: 'RATE_LIMITED' }));
    await ledger.record(aCall({ principal: { ...principal, app: 'other', user: 'bob' }, startedAt: new Date('2026-05-01T00:00:00Z') }));
    expect((await ledger.calls({ filter, first: 10, after: null })).rows).toHaveLength(count);
  });

  test('takes whatever vendors count and callers are named, and loses no other call over it', async () => {
    const odd = aCall({
      durationMs: Number.NaN,
      timeToFirstTokenMs: Number.POSITIVE_INFINITY,
      principal: { keyId: null, app: 'a\0b', user: '\ud800', team: "'; drop table calls; --" },
      usage: { ...NO_USAGE, input: Number.NaN, output: 1.5, reasoning: -3, cacheWrite: 1e300 },
      cost: { usd: Number.NaN, price: null },
      metadata: { nul: '\0', emoji: '🎼' },
    });
    const plain = aCall();
    await Promise.all([ledger.record(odd), ledger.record(plain)]);
    expect(await ledger.call(plain.id)).toEqual(plain);
    expect(await ledger.call(odd.id)).toMatchObject({
      durationMs: 0,
      principal: { app: 'ab', team: "'; drop table calls; --" },
      usage: { input: 0, output: 2, reasoning: 0 },
      cost: { usd: null },
      metadata: { nul: '\0', emoji: '🎼' },
    });
    expect((await ledger.calls({ filter: { app: 'a\0b' }, first: 1, after: null })).rows).toEqual([]);
    expect(await ledger.usage({ by: [], from, to })).toMatchObject([{ calls: 2, callsWithUnknownCost: 1 }]);
  });

  test('refuses a cursor that is none and a page without size', async () => {
    await expect(ledger.calls({ filter: {}, first: 10, after: 'bm9uc2Vuc2U' })).rejects.toThrow(InputError);
    await expect(ledger.calls({ filter: {}, first: 0, after: null })).rejects.toThrow(InputError);
  });

  test('adds up usage by what is asked, and tells what cost is unknown', async () => {
    const usage = { ...NO_USAGE, input: 10, output: 5, reasoning: 2, cacheWrite: 1, cachedInput: 3 };
    const cost = (usd: number | null): CallRecord['cost'] => ({ usd, price: null });
    const ada = { keyId: 'key-1', app: 'shop', user: 'ada', team: null };
    await Promise.all([
      ledger.record(aCall({ principal: ada, usage, cost: cost(0.1), startedAt: new Date('2026-03-01T23:59:59.999Z') })),
      ledger.record(aCall({ principal: ada, usage, cost: cost(0.2), startedAt: new Date('2026-03-02T00:00:00.000Z') })),
      ledger.record(aCall({ principal: ada, usage: { ...usage, reported: false }, cost: cost(null), outcome: 'ABORTED', startedAt: new Date('2026-03-02T00:10:00.000Z') })),
      ledger.record(aCall({ principal: { ...ada, app: 'desk', user: 'bob' }, usage, cost: cost(1), outcome: 'ERROR', startedAt: new Date('2026-03-02T01:00:00.000Z') })),
    ]);
    const byDay = await ledger.usage({ by: ['APP', 'DAY'], from, to });
    expect(byDay).toMatchObject([
      { app: 'desk', day: '2026-03-02', hour: null, calls: 1, errors: 1, costUsd: 1, callsWithUnknownCost: 0 },
      { app: 'shop', day: '2026-03-01', calls: 1, costUsd: 0.1, input: 10, output: 5, reasoning: 2, cacheWrite: 1, cachedInput: 3 },
      { app: 'shop', day: '2026-03-02', calls: 2, aborted: 1, costUsd: 0.2, callsWithUnknownCost: 1, callsWithEstimatedUsage: 1, input: 20 },
    ]);
    expect(byDay).toHaveLength(3);
    const [bob] = await ledger.usage({ by: ['USER', 'HOUR'], from, to, filter: { user: 'bob' } });
    expect(bob).toMatchObject({ user: 'bob', hour: '2026-03-02T01:00:00.000Z', team: null, calls: 1 });
    const day = await ledger.usage({ by: [], from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z'), filter: { app: 'shop' } });
    expect(day).toMatchObject([{ calls: 2 }]);
    expect(await ledger.usage({ by: [], from: to, to })).toEqual([]);
  });

  test('adds up the same whether whole days or single hours are asked for', async () => {
    const calls = Array.from({ length: 200 }, (_, i) => {
      const principal = { keyId: `key-${i % 3}`, app: 'shop', user: i % 7 === 0 ? null : `user-${i % 4}`, team: null };
      return aCall({ principal, startedAt: new Date(Date.UTC(2026, 2, 1) + i * 1_900_000) });
    });
    await Promise.all(calls.map((call) => ledger.record(call)));
    for (const [begin, end] of [[3, 90], [0, 96], [5, 20], [24, 48], [30, 31]] as const) {
      const range = { from: new Date(Date.UTC(2026, 2, 1, begin)), to: new Date(Date.UTC(2026, 2, 1, end)) };
      const within = calls.filter((call) => call.startedAt >= range.from && call.startedAt < range.to);
      for (const by of [['USER'], ['KEY', 'DAY'], ['USER', 'HOUR'], ['APP']] as const) {
        const rows = await ledger.usage({ by, ...range });
        expect(rows.reduce((sum, row) => sum + row.calls, 0)).toBe(within.length);
      }
      const [ofUser] = await ledger.usage({ by: [], ...range, filter: { user: 'user-1' } });
      expect(ofUser?.calls ?? 0).toBe(within.filter((call) => call.principal.user === 'user-1').length);
    }
  });

  test('adds up money without drift', async () => {
    const cost = { usd: 0.000_000_1, price: null };
    await Promise.all(Array.from({ length: 1_000 }, () => ledger.record(aCall({ cost }))));
    expect(await ledger.usage({ by: ['KEY'], from, to })).toMatchObject([{ calls: 1_000, costUsd: 0.000_1 }]);
  });

  test('finishes what is waiting when it is closed, and takes nothing after', async () => {
    const call = aCall();
    const recorded = ledger.record(call);
    await ledger.close();
    await recorded;
    await expect(ledger.record(aCall())).rejects.toThrow('closed');
    await ledger.close();
    ledger = await open();
    expect(await ledger.call(call.id)).toEqual(call);
  });
});
