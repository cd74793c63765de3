import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type BudgetLimit, callCursor, type Ledger, openLedger, type UsageRow } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { ENGINES, makePlace, type Place } from './engines.ts';

/** How often each engine's process is killed; `npm run test:kill` makes it 50, so 100 moments on both together. */
const KILLS = Number(process.env['KANON_TEST_KILLS'] ?? 5);
const limit: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'USD', amount: 1_000, per: 'MONTH', window: 'CALENDAR' };

/** Runs a process that records calls, kills it at a random moment, and tells which calls it had seen recorded. */
async function recordUntilKilled(place: Place): Promise<string[]> {
  const program = fileURLToPath(new URL('./processes/record.ts', import.meta.url));
  const child = spawn(process.execPath, [program, place.dataDir, place.databaseUrl ?? ''], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    told += text;
  });
  await once(child.stdout, 'data');
  await sleep(Math.random() * 400);
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  return told.split('\n').slice(1, -1);
}

async function sumsOf(ledger: Ledger): Promise<UsageRow | undefined> {
  const [row] = await ledger.usage({ by: [], from: new Date(0), to: new Date(Date.now() + 3_600_000) });
  return row;
}

test.each(ENGINES)('every call that was seen recorded outlives kill -9, once, on %s', { timeout: 15_000 * KILLS }, async (engine) => {
  const place = await makePlace(engine);
  const seen: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    seen.push(...(await recordUntilKilled(place)));
    const ledger = await openLedger({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, log: createLog('silent') });
    // In pieces, as a statement takes only so many ids.
    for (let at = 0; at < seen.length; at += 1_000) {
      const found = await ledger.callsById(seen.slice(at, at + 1_000));
      expect(found.filter((call) => call === null)).toEqual([]);
    }
    const sums = await sumsOf(ledger);
    const calls = sums?.calls ?? 0;
    expect(calls).toBeGreaterThanOrEqual(seen.length);
    const listed = { calls: 0, input: 0, output: 0, nano: 0 };
    for (let after: string | null = null, more = true; more; ) {
      const page = await ledger.calls({ filter: {}, first: 1_000, after });
      for (const { usage, cost } of page.rows) {
        listed.calls += 1;
        listed.input += usage.input;
        listed.output += usage.output;
        listed.nano += Math.round((cost.usd ?? 0) * 1e9);
      }
      more = page.hasNextPage;
      const last = page.rows.at(-1);
      after = last === undefined ? null : callCursor(last);
    }
    // Sums of usage are the sums of the calls.
    expect(listed).toEqual({ calls, input: sums?.input ?? 0, output: sums?.output ?? 0, nano: Math.round((sums?.costUsd ?? 0) * 1e9) });
    // What each recorded call used, and no more than what the few that were cut had reserved; nothing stays reserved.
    const [status] = await ledger.budgets.status([limit]);
    expect(status?.reserved).toBe(0);
    expect(status?.spent).toBeGreaterThanOrEqual(calls * 0.01 - 1e-9);
    expect(status?.spent).toBeLessThanOrEqual(calls * 0.01 + (kill + 1) * 20 * 0.02 + 1e-9);
    await ledger.close();
  }
  expect(seen.length).toBeGreaterThan(0);
  await place.remove();
});
