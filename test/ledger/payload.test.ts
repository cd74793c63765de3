import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Client } from 'pg';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { seal, unseal } from '../../src/ledger/store/seal.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { aCall } from './calls.ts';
import { ENGINES, makePlace, type Place } from './engines.ts';

const log = createLog('silent');
const [secret, next] = ['a-secret-of-32-characters-or-so!', 'the-next-secret-of-32-characters'];
const payload = { prompt: 'Where is my Käsekuchen-4711?', answer: 'On its way: Lebkuchen-0815.' };

describe.each(ENGINES)('prompts and answers on %s', (engine) => {
  let place: Place;
  let ledger: Ledger;
  const open = (given?: string): Promise<Ledger> => openLedger({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, secret: given, log });

  beforeEach(async () => {
    place = await makePlace(engine);
    ledger = await open(secret);
  });

  afterEach(async () => {
    await ledger.close();
    await place.remove();
  });

  test('are given back with the call that they belong to, and not in lists', async () => {
    const call = aCall({ payload });
    const other = aCall({ payload: { prompt: '', answer: '' }, principal: { keyId: null, app: null, user: null, team: null } });
    await Promise.all([ledger.record(call), ledger.record(other)]);
    expect(await ledger.call(call.id)).toEqual(call);
    expect(await ledger.call(other.id)).toEqual(other);
    const page = await ledger.calls({ filter: {}, first: 10, after: null });
    expect(page.rows.every((row) => row.payload === undefined)).toBe(true);
  });

  test('cannot be found in the bytes of the data folder', async () => {
    await ledger.record(aCall({ payload }));
    for (const name of await readdir(place.dataDir)) {
      const bytes = await readFile(join(place.dataDir, name));
      for (const word of ['Käsekuchen', 'Lebkuchen', '4711', '0815']) expect(bytes.includes(word)).toBe(false);
    }
  });

  test('can be read after the secret was replaced, and not without any secret that fits', async () => {
    const call = aCall({ payload });
    await ledger.record(call);
    await ledger.close();
    ledger = await open(`${next},${secret}`);
    expect((await ledger.call(call.id))?.payload).toEqual(payload);
    await ledger.close();
    ledger = await open(next);
    expect((await ledger.call(call.id))?.payload).toEqual(payload);
    await ledger.close();
    ledger = await open('yet-another-secret-of-32-letters');
    expect(await ledger.call(call.id)).toMatchObject({ id: call.id, requestId: call.requestId });
    expect((await ledger.call(call.id))?.payload).toBeUndefined();
  });

  test('are not kept where there is no secret', async () => {
    await ledger.close();
    ledger = await open();
    const call = aCall({ payload });
    await ledger.record(call);
    expect((await ledger.call(call.id))?.payload).toBeUndefined();
  });

  test('go when they are too old, before their calls; sums of usage stay', async () => {
    const days = (n: number): Date => new Date(Date.now() - n * 86_400_000);
    const calls = [1, 10, 10, 100].map((n) => aCall({ startedAt: days(n), payload }));
    await Promise.all(calls.map((call) => ledger.record(call)));
    expect(await ledger.retain({ callDays: 50, payloadDays: 5 })).toEqual({ calls: 1, payloads: 3 });
    const kept = await Promise.all(calls.map(async ({ id }) => (await ledger.call(id))?.payload));
    expect(kept).toEqual([payload, undefined, undefined, undefined]);
    expect((await ledger.calls({ filter: {}, first: 10, after: null })).rows).toHaveLength(3);
    expect(await ledger.usage({ by: [], from: days(200), to: new Date() })).toMatchObject([{ calls: 4 }]);
    expect(await ledger.retain({ callDays: null, payloadDays: null })).toEqual({ calls: 0, payloads: 0 });
  });
});

test('what was sealed for one place does not open in another, nor when a bit has changed', () => {
  const key = Buffer.alloc(32, 7);
  const sealed = seal(key, 'call_payloads/prompt/1', 'secret');
  expect(unseal(key, 'call_payloads/prompt/1', sealed).toString()).toBe('secret');
  expect(() => unseal(key, 'call_payloads/answer/1', sealed)).toThrow('authenticate');
  expect(() => unseal(Buffer.alloc(32, 8), 'call_payloads/prompt/1', sealed)).toThrow('authenticate');
  const changed = Buffer.from(sealed);
  changed.writeUInt8(changed.readUInt8(14) ^ 1, 14);
  expect(() => unseal(key, 'call_payloads/prompt/1', changed)).toThrow('authenticate');
});

test('a payload that is moved to another call does not open', async () => {
  const place = await makePlace('postgres');
  const ledger = await openLedger({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, secret, log });
  const [mine, yours] = [aCall({ payload }), aCall({ payload: { prompt: 'other', answer: 'other' } })];
  await Promise.all([ledger.record(mine), ledger.record(yours)]);
  const client = new Client({ connectionString: place.databaseUrl });
  await client.connect();
  await client.query('update call_payloads set prompt = (select prompt from call_payloads where call_id = $1) where call_id = $2', [mine.id, yours.id]);
  await client.end();
  await expect(ledger.call(yours.id)).rejects.toThrow('authenticate');
  await ledger.close();
  await place.remove();
});
