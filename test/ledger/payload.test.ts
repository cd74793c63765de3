import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Client } from 'pg';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { seal, unseal } from '../../src/ledger/store/seal.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { findInFolder } from '../harness/bytes.ts';
import { aCall } from './calls.ts';
import { ENGINES, makePlace, type Place } from './engines.ts';

const log = createLog('silent');
const [secret, next] = ['a-secret-of-32-characters-or-so!', 'the-next-secret-of-32-characters'];
/** For tests that open a ledger several times, or write much: on a busy machine seconds each time. */
const LONG_MS = 90_000;
const pictureOf = (seed: number, size: number) => Buffer.alloc(size, `picture ${seed}, `);
const sent = (index: number, bytes: Buffer) => ({ index, mediaType: 'image/png', width: 40, height: 30, size: bytes.length, bytes });
const payload = { prompt: 'Where is my Käsekuchen-4711?', answer: 'On its way: Lebkuchen-0815.' };

/** How many rows a table has, whoever may see them. */
async function rowsOf({ dataDir, databaseUrl }: Place, table: string): Promise<number> {
  const count = `select count(*) as rows from ${table}`;
  if (databaseUrl === undefined) {
    const db = new DatabaseSync(join(dataDir, 'kanon.db'), { readOnly: true });
    const row = db.prepare(count).get();
    db.close();
    return Number(row?.['rows']);
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ rows: string }>(count);
  await client.end();
  return Number(rows[0]?.rows);
}

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
    expect(await findInFolder(place.dataDir, ['Käsekuchen', 'Lebkuchen', '4711', '0815'])).toEqual([]);
  });

  test('can be read after the secret was replaced, and not without any secret that fits', { timeout: LONG_MS }, async () => {
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

  test('with their private values and the pictures are told only to who asks for those', { timeout: LONG_MS }, async () => {
    const original = { prompt: 'Where is Käsekuchen-4711 of anna?', answer: 'With anna.' };
    const pictures = [sent(0, pictureOf(1, 300_000)), { ...sent(1, pictureOf(2, 900)), bytes: null }, sent(1, pictureOf(3, 70_000))];
    const call = aCall({ payload: { ...payload, original, pictures } });
    const plain = aCall({ payload });
    await Promise.all([ledger.record(call), ledger.record(plain)]);
    await ledger.close();
    ledger = await open(secret);
    expect((await ledger.call(call.id))?.payload).toEqual(payload);
    expect(await ledger.original(call.id)).toEqual(original);
    expect(await ledger.original(plain.id)).toBeNull();
    const told = pictures.map(({ bytes, ...picture }, place) => ({ ...picture, place, kept: bytes !== null }));
    expect(await ledger.pictures(call.id)).toEqual(told);
    expect(await ledger.pictures(plain.id)).toEqual([]);
    const bytes = await Promise.all(told.map(({ place }) => ledger.picture(call.id, place)));
    expect(bytes.map((one) => one !== null && Buffer.from(one))).toEqual([pictures[0]?.bytes, false, pictures[2]?.bytes]);
    expect(await ledger.picture(call.id, 3)).toBeNull();
    expect(await ledger.picture(plain.id, 0)).toBeNull();
    expect(await findInFolder(place.dataDir, ['anna', 'Käsekuchen', 'picture 1', 'picture 3'])).toEqual([]);
    await ledger.close();
    ledger = await open('yet-another-secret-of-32-letters');
    expect(await ledger.original(call.id)).toBeNull();
    expect(await ledger.picture(call.id, 0)).toBeNull();
  });

  test('of many calls with large pictures are all kept, though one commit does not take them all', { timeout: LONG_MS }, async () => {
    const calls = Array.from({ length: 6 }, (_, seed) => aCall({ payload: { ...payload, pictures: [sent(0, pictureOf(seed, 7_000_000))] } }));
    await Promise.all(calls.map((call) => ledger.record(call)));
    for (const [seed, { id }] of calls.entries()) expect(Buffer.from((await ledger.picture(id, 0)) ?? []).equals(pictureOf(seed, 7_000_000))).toBe(true);
  });

  test('go with their pictures and private values, by the time of their policy and with their calls', async () => {
    const whole = { ...payload, original: payload, pictures: [sent(0, pictureOf(1, 5_000)), sent(1, pictureOf(2, 5_000))] };
    const daysAgo = (days: number) => aCall({ startedAt: new Date(Date.now() - days * 86_400_000), payload: { ...whole, keepMs: 5 * 86_400_000 } });
    const calls = [...[1, 2].map(daysAgo), ...Array.from({ length: 7 }, () => daysAgo(6)), daysAgo(60)];
    await Promise.all(calls.map((call) => ledger.record(call)));
    const over = calls.slice(2);
    // Over, though nobody has deleted it yet.
    for (const { id } of over) expect([await ledger.original(id), await ledger.pictures(id), await ledger.picture(id, 1)]).toEqual([null, [], null]);
    expect(await ledger.retain({ callDays: 50, payloadDays: null })).toEqual({ calls: 1, payloads: 8 });
    expect(await ledger.pictures(calls[0]?.id ?? '')).toHaveLength(2);
    expect(await rowsOf(place, 'call_pictures')).toBe(4);
    expect(await ledger.retain({ callDays: 1, payloadDays: null })).toEqual({ calls: calls.length - 1, payloads: 0 });
    expect(await rowsOf(place, 'call_pictures')).toBe(0);
  });

  test('go when they are too old, before their calls; sums of usage stay', async () => {
    const days = (n: number): Date => new Date(Date.now() - n * 86_400_000);
    const calls = [1, 10, 10, 100].map((n) => aCall({ startedAt: days(n), payload }));
    await Promise.all(calls.map((call) => ledger.record(call)));
    // A commit may be late; a reader waits for it.
    expect(await ledger.callsById(calls.map(({ id }) => id))).not.toContain(null);
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

test('a picture that is moved to another place does not open', async () => {
  const place = await makePlace('sqlite');
  const ledger = await openLedger({ dataDir: place.dataDir, secret, log });
  const call = aCall({ payload: { ...payload, pictures: [sent(0, pictureOf(1, 500)), sent(1, pictureOf(2, 500))] } });
  await ledger.record(call);
  const db = new DatabaseSync(join(place.dataDir, 'kanon.db'));
  db.exec('update call_pictures set bytes = (select bytes from call_pictures where place = 0) where place = 1');
  db.close();
  expect(await ledger.picture(call.id, 0)).not.toBeNull();
  await expect(ledger.picture(call.id, 1)).rejects.toThrow('authenticate');
  await ledger.close();
  await place.remove();
});

test('a payload that is moved to another call does not open', async () => {
  const place = await makePlace('postgres');
  const ledger = await openLedger({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, secret, log });
  const [mine, yours] = [aCall({ payload }), aCall({ payload: { prompt: 'other', answer: 'other' } })];
  await Promise.all([ledger.record(mine), ledger.record(yours)]);
  // A commit may be late; a reader waits for it.
  expect(await ledger.callsById([mine.id, yours.id])).not.toContain(null);
  const client = new Client({ connectionString: place.databaseUrl });
  await client.connect();
  await client.query('update call_payloads set prompt = (select prompt from call_payloads where call_id = $1) where call_id = $2', [mine.id, yours.id]);
  await client.end();
  await expect(ledger.call(yours.id)).rejects.toThrow('authenticate');
  await ledger.close();
  await place.remove();
});
