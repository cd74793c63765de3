import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportCalls, exportUsage } from '../../src/ledger/export.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { aCall } from './calls.ts';
import { makePlace, type Place } from './engines.ts';

let place: Place;
let ledger: Ledger;

beforeEach(async () => {
  place = await makePlace('sqlite');
  ledger = await openLedger({ dataDir: place.dataDir, log: createLog('silent') });
});

afterEach(async () => {
  await ledger.close();
  await place.remove();
});

test('all calls come out once, newest first, over more than one page', async () => {
  const calls = Array.from({ length: 1_203 }, (_, i) => aCall({ startedAt: new Date(Date.UTC(2026, 0, 1) + i) }));
  await Promise.all(calls.map((call) => ledger.record(call)));
  let text = '';
  for await (const piece of exportCalls(ledger, { app: 'shop' }, 'ndjson')) text += piece;
  const ids = text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: string }).id);
  expect(ids).toEqual(calls.map((call) => call.id).reverse());
});

test('a table holds one line a call, with its head, and no cell that a spreadsheet would run', async () => {
  const principal = { keyId: null, app: '=HYPERLINK("http://x")', user: 'a,b', team: 'line\nbreak' };
  await ledger.record(aCall({ principal, cost: { usd: null, price: null }, metadata: null }));
  let text = '';
  for await (const piece of exportCalls(ledger, {}, 'csv')) text += piece;
  const [head, ...rest] = text.split('\r\n');
  expect(head?.split(',').slice(0, 3)).toEqual(['id', 'startedAt', 'durationMs']);
  expect(rest.join('\r\n')).toContain(`,,"'=HYPERLINK(""http://x"")","a,b","line\nbreak",request-1,`);
});

test('a report of usage becomes a table', async () => {
  await ledger.record(aCall());
  const rows = await ledger.usage({ by: ['APP'], from: new Date('2026-01-01'), to: new Date('2027-01-01') });
  expect(exportUsage(rows, 'csv').split('\r\n')).toEqual([expect.stringContaining('app,user,team'), expect.stringContaining('shop,'), '']);
  expect(JSON.parse(exportUsage(rows, 'ndjson'))).toMatchObject({ app: 'shop', calls: 1 });
  expect(exportUsage([], 'csv')).toBe('');
});
