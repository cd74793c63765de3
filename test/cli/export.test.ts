import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { aCall } from '../ledger/calls.ts';
import { kanon } from './command.ts';

let dataDir: string;
const days = ['2026-11-01', '2026-11-02', '2026-11-03'];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kanon-export-'));
  const ledger = await openLedger({ dataDir, log: createLog('silent') });
  const apps = ['shop', 'shop', 'desk'];
  await Promise.all(days.map((day, at) => ledger.record(aCall({ startedAt: new Date(`${day}T12:00:00Z`), principal: { keyId: null, app: apps[at] ?? null, user: null, team: null } }))));
  await ledger.close();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const lines = (text: string): string[] => text.trim().split(/\r?\n/);

describe('kanon export', () => {
  test('writes calls of a time as NDJSON, the newest first', async () => {
    const { code, stdout } = await kanon(['export', 'calls', '--from', '2026-11-02', '--to', '2026-11-04', '--data', dataDir]);
    expect(code).toBe(0);
    const calls = lines(stdout).map((line) => JSON.parse(line) as { startedAt: string; principal: { app: string } });
    expect(calls.map(({ startedAt, principal }) => [startedAt.slice(0, 10), principal.app])).toEqual([['2026-11-03', 'desk'], ['2026-11-02', 'shop']]);
  });

  test('writes calls of an app as CSV', async () => {
    const { stdout } = await kanon(['export', 'calls', '--app', 'shop', '--format', 'csv', '--data', dataDir]);
    const [head = '', ...rows] = lines(stdout);
    expect(head.split(',').slice(0, 2)).toEqual(['id', 'startedAt']);
    expect(rows).toHaveLength(2);
  });

  test('writes sums of usage by what is asked for', async () => {
    const { stdout } = await kanon(['export', 'usage', '--by', 'app', '--data', dataDir]);
    const rows = lines(stdout).map((line) => JSON.parse(line) as { app: string; calls: number });
    expect(new Map(rows.map(({ app, calls }) => [app, calls]))).toEqual(new Map([['shop', 2], ['desk', 1]]));
  });

  test.each([
    [['export'], 'expected calls or usage'],
    [['export', 'calls', '--format', 'xml'], 'expected csv or ndjson'],
    [['export', 'calls', '--from', 'yesterday'], 'expected a date'],
    [['export', 'usage', '--by', 'colour'], 'there is no "colour"'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await kanon([...args, '--data', dataDir]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
