import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import type { AlertLook, AlertTask } from '../../src/telemetry/alerts/agreement.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { makePlace, type Place } from './engines.ts';

const INSTANCES = 4;
const KEY = { rule: 'failing', subject: 'shop/gpt-test' };
const NOTHING: AlertLook = { seen: [], telling: [], told: [], keepMs: 30_000 };
const SEEN: AlertLook = { ...NOTHING, seen: [{ ...KEY, detail: '{"value":1}' }] };

let place: Place;
let folders: string[];
let ledgers: Ledger[];

beforeEach(async () => {
  place = await makePlace('postgres');
  folders = await Promise.all(Array.from({ length: INSTANCES }, () => mkdtemp(join(tmpdir(), 'kanon-alerts-'))));
  ledgers = await Promise.all(folders.map((dataDir) => openLedger({ dataDir, databaseUrl: place.databaseUrl, secret: 'what all instances have', log: createLog('silent') })));
});
afterEach(async () => {
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  await place.remove();
});

/** All at once; whoever gets something to tell tells it. */
async function allSay(look: AlertLook): Promise<AlertTask[]> {
  const told = await Promise.all(
    ledgers.map(async ({ alerts }) => {
      const tasks = await alerts.agree(look);
      return { alerts, tasks };
    }),
  );
  for (const { alerts, tasks } of told) if (tasks.length > 0) await alerts.agree({ ...look, told: tasks });
  return told.flatMap(({ tasks }) => tasks);
}

test('of instances that see the same at once, and at once no longer, one tells each', async () => {
  for (let round = 0; round < 10; round++) {
    expect(await allSay(SEEN)).toEqual([{ ...KEY, state: 'firing', detail: '{"value":1}' }]);
    expect(await allSay(SEEN)).toEqual([]);
    expect(await allSay(NOTHING)).toEqual([{ ...KEY, state: 'resolved', detail: '{"value":1}' }]);
    expect(await allSay(NOTHING)).toEqual([]);
  }
});

test('what one is telling nobody else tells, until it has said nothing for too long', async () => {
  const [one, other] = ledgers.map(({ alerts }) => alerts);
  const telling = await one?.agree({ ...SEEN, keepMs: 1_500 });
  expect(telling).toHaveLength(1);
  expect(await one?.agree({ ...SEEN, keepMs: 1_500, telling: telling ?? [] })).toEqual([]);
  expect(await other?.agree(SEEN)).toEqual([]);
  await expect.poll(() => other?.agree(SEEN)).toEqual(telling);
});
