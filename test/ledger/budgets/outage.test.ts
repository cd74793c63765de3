import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { uuidv7 } from '../../../src/canonical/ids.ts';
import { type BudgetLimit, BudgetRefusal, type BudgetUse, type Ledger, openLedger, type Reservation } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { aCall } from '../calls.ts';
import { makePlace, type Place } from '../engines.ts';
import { Proxy } from '../proxy.ts';

const log = createLog('silent');
const one = { usd: 0.01, tokens: 100, requests: 1 } satisfies BudgetUse;
/** Longer than leases last. */
const OUTAGE_MS = 12_000;
const PATIENTLY = { timeout: 20_000, interval: 250 };

function limitsOf(id: string): BudgetLimit[] {
  const scope = { kind: 'KEY', id } as const;
  return [
    { scope, unit: 'USD', amount: 1_000_000, per: 'MONTH', window: 'CALENDAR' },
    { scope, unit: 'REQUESTS', amount: 1_000, per: 'MONTH', window: 'CALENDAR' },
    { scope, unit: 'CONCURRENT', amount: 100, per: 'MINUTE', window: 'SLIDING' },
  ];
}

async function reserve(ledger: Ledger, limits: readonly BudgetLimit[], failOpen = false): Promise<Reservation> {
  const [reservation] = await ledger.budgets.reserve([{ callId: uuidv7(), limits, estimate: one }], failOpen);
  if (reservation === undefined) throw new Error('one was asked for');
  return reservation;
}

async function end(ledger: Ledger, reservation: Reservation): Promise<void> {
  ledger.budgets.settle(reservation, one);
  await ledger.record(aCall({ id: reservation.callId }));
}

describe.concurrent('after an outage of PostgreSQL', () => {
  interface Instance {
    ledger: Ledger;
    /** Its way to the database that all share. */
    proxy: Proxy;
  }

  async function start(count: number): Promise<{ instances: Instance[] } & AsyncDisposable> {
    const places = [await makePlace('postgres')];
    while (places.length < count) places.push(await makePlace('sqlite'));
    const instances = await Promise.all(
      places.map(async ({ dataDir }) => {
        const { proxy, url } = await Proxy.to(places[0]?.databaseUrl ?? '');
        return { proxy, ledger: await openLedger({ dataDir, databaseUrl: url, log }) };
      }),
    );
    const dispose = async (): Promise<void> => {
      for (const { ledger, proxy } of instances) {
        await ledger.close();
        await proxy.close();
      }
      for (const place of places.toReversed()) await place.remove();
    };
    return { instances, [Symbol.asyncDispose]: dispose };
  }

  async function startOne(): Promise<Instance & AsyncDisposable> {
    const started = await start(1);
    const [instance] = started.instances;
    if (instance === undefined) throw new Error('one was started');
    return { ...instance, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
  }

  test.each(['cut', 'stall'] as const)('nobody is refused who is far from every limit, and what was used counts once (%s)', { timeout: 90_000 }, async (how) => {
    await using instance = await startOne();
    const { ledger, proxy } = instance;
    const limits = { open: limitsOf('open'), closed: limitsOf('closed') };
    const outcomes = { open: [] as unknown[], closed: [] as unknown[] };
    const call = async (fail: 'open' | 'closed'): Promise<void> => {
      const at = outcomes[fail].push('under way') - 1;
      try {
        const reservation = await reserve(ledger, limits[fail], fail === 'open');
        outcomes[fail][at] = 'passed';
        await sleep(20);
        await end(ledger, reservation);
      } catch (error) {
        outcomes[fail][at] = error;
      }
    };
    const calls: Promise<void>[] = [];
    const load = async (ms: number): Promise<void> => {
      for (const until = performance.now() + ms; performance.now() < until; await sleep(50)) calls.push(call('open'), call('closed'));
    };
    await load(1_000);
    proxy[how]();
    await load(OUTAGE_MS);
    proxy.mend();
    const back = outcomes.closed.length;
    await load(3_000);
    await Promise.all(calls);

    expect(outcomes.open.filter((outcome) => outcome !== 'passed')).toEqual([]);
    // Refused as long as nobody could look, and never for a limit.
    const refused = outcomes.closed.filter((outcome) => outcome !== 'passed');
    expect(refused).not.toEqual([]);
    for (const outcome of refused) expect(outcome).toMatchObject({ name: 'BudgetUnavailable' });
    expect(outcomes.closed.slice(back)).toContain('passed');
    for (const fail of ['open', 'closed'] as const) {
      const count = outcomes[fail].filter((outcome) => outcome === 'passed').length;
      await vi.waitFor(async () => {
        const [money, requests, concurrent] = await ledger.budgets.status(limits[fail]);
        expect(money?.spent).toBeCloseTo(count * one.usd);
        expect(money).toMatchObject({ reserved: 0 });
        expect(requests).toMatchObject({ spent: count, reserved: 0, left: 1_000 - count });
        expect(concurrent).toMatchObject({ reserved: 0, left: 100 });
      }, PATIENTLY);
    }
  });

  test('the first call is not refused for a limit, where none has met the outage', { timeout: 60_000 }, async () => {
    await using instance = await startOne();
    const { ledger, proxy } = instance;
    await end(ledger, await reserve(ledger, limitsOf('app')));
    proxy.cut();
    await sleep(OUTAGE_MS);
    proxy.mend();
    // On a busy machine it may have to look twice.
    const first = await vi.waitFor(() => reserve(ledger, limitsOf('app')).catch((error: unknown) => (error instanceof BudgetRefusal ? error : Promise.reject(error))), PATIENTLY);
    expect(first).not.toBeInstanceOf(BudgetRefusal);
  });

  test('calls that were under way all the time are charged once, also where one instance is back before the other', { timeout: 60_000 }, async () => {
    await using started = await start(2);
    const { instances } = started;
    const [, limit] = limitsOf('app');
    if (limit === undefined) throw new Error('there are three');
    const open = await Promise.all(instances.map(async ({ ledger }) => ({ ledger, reservation: await reserve(ledger, [limit]) })));
    // Until they are written down.
    await sleep(500);
    for (const { proxy } of instances) proxy.cut();
    await sleep(OUTAGE_MS);
    for (const { proxy } of instances) {
      proxy.mend();
      // Longer than it takes to look for instances that are gone.
      await sleep(4_500);
    }
    for (const { ledger, reservation } of open) await end(ledger, reservation);
    await vi.waitFor(async () => expect(await instances[0]?.ledger.budgets.status([limit])).toMatchObject([{ spent: 2, reserved: 0 }]), PATIENTLY);
  });
});

describe('what was let in while PostgreSQL was gone', () => {
  const limit: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'REQUESTS', amount: 100, per: 'MONTH', window: 'CALENDAR' };
  let place: Place;
  let proxy: Proxy;
  let ledger: Ledger;
  let passed: number;
  const status = async () => await ledger.budgets.status([limit]);
  const tryAll = async (): Promise<void> => {
    const tries = await Promise.allSettled(Array.from({ length: 100 }, () => reserve(ledger, [limit])));
    passed += tries.filter((one) => one.status === 'fulfilled').length;
  };
  const takeTheRest = (): Promise<void> =>
    vi.waitFor(async () => {
      await tryAll();
      expect(passed).toBe(40);
    }, PATIENTLY);

  beforeEach(async () => {
    place = await makePlace('postgres');
    const way = await Proxy.to(place.databaseUrl ?? '');
    proxy = way.proxy;
    ledger = await openLedger({ dataDir: place.dataDir, databaseUrl: way.url, log });
    passed = 0;
    proxy.cut();
    await Promise.all(Array.from({ length: 60 }, async () => end(ledger, await reserve(ledger, [limit], true))));
  });
  afterEach(async () => {
    await ledger.close();
    await proxy.close();
    await place.remove();
  });

  test('is not spent once more while it is not recorded', { timeout: 60_000 }, async () => {
    const other = new Client({ connectionString: place.databaseUrl ?? '' });
    await other.connect();
    // Leases go on, and no call is recorded.
    await other.query('begin');
    await other.query('lock table calls in exclusive mode');
    proxy.mend();
    await takeTheRest();
    await tryAll();
    await other.query('commit');
    await vi.waitFor(async () => expect(await status()).toMatchObject([{ spent: 60, reserved: 40, left: 0 }]), PATIENTLY);
    await tryAll();
    expect(passed).toBe(40);
    await other.end();
  });

  test('counts once after it is recorded', { timeout: 60_000 }, async () => {
    proxy.mend();
    await vi.waitFor(async () => expect(await status()).toMatchObject([{ spent: 60, reserved: 0, left: 40 }]), PATIENTLY);
    await takeTheRest();
    await tryAll();
    expect(passed).toBe(40);
  });
});

describe('a lease that was long under way', () => {
  const count: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'REQUESTS', amount: 10, per: 'MONTH', window: 'CALENDAR' };
  let places: Place[];
  let other: Client;

  beforeEach(async () => {
    places = [await makePlace('postgres'), await makePlace('sqlite')];
    other = new Client({ connectionString: places[0]?.databaseUrl ?? '' });
    await other.connect();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await other.end();
    for (const place of places) await place.remove();
  });

  test('is not spent, as others may have it by now', { timeout: 30_000 }, async () => {
    const [late, rival] = await Promise.all(places.map(({ dataDir }) => openLedger({ dataDir, databaseUrl: places[0]?.databaseUrl, log })));
    if (late === undefined || rival === undefined) throw new Error('two were opened');
    await other.query('begin');
    await other.query('lock table budget_counters in exclusive mode');
    const given = reserve(late, [count]);
    await expect(given).rejects.toMatchObject({ name: 'BudgetUnavailable' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8_000 });
    // Until all that was leased in time is renewed.
    await sleep(2_000);
    await other.query('commit');
    await vi.waitFor(async () => expect((await other.query('select * from budget_leases')).rows).toHaveLength(1), { interval: 5 });
    // As whoever finds it expired does.
    await other.query('delete from budget_leases');
    await Promise.all(Array.from({ length: 10 }, () => reserve(rival, [count])));
    await expect(reserve(late, [count])).rejects.toThrow(BudgetRefusal);
    await Promise.all([late.close(), rival.close()]);
  });
});
