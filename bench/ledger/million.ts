/**
 * Reports and retention over a million calls: `node bench/ledger/million.ts [calls]`, PostgreSQL with DATABASE_URL (a
 * database of its own, which it fills).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallFilter, openLedger, type UsageDimension } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { sampleCall } from './calls.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const DAYS = 30;
const WAVE = 5_000;

const dataDir = mkdtempSync(join(tmpdir(), 'kanon-bench-'));
const ledger = await openLedger({ dataDir, databaseUrl: process.env['DATABASE_URL'], log: createLog('silent') });
const to = new Date();
const from = new Date(to.getTime() - DAYS * 86_400_000);

const filling = performance.now();
for (let done = 0; done < CALLS; done += WAVE) {
  const wave = Array.from({ length: Math.min(WAVE, CALLS - done) }, (_, i) => {
    const at = from.getTime() + ((done + i) / CALLS) * (to.getTime() - from.getTime());
    return ledger.record(sampleCall(done + i, new Date(at)));
  });
  await Promise.all(wave);
}
console.log(`${CALLS} calls recorded in ${((performance.now() - filling) / 1_000).toFixed(0)} s`);

/** The median and the first of several runs, in milliseconds. */
async function time(name: string, work: () => Promise<unknown>): Promise<void> {
  const runs: number[] = [];
  for (let run = 0; run < 7; run++) {
    const start = performance.now();
    await work();
    runs.push(performance.now() - start);
  }
  const [first] = runs;
  runs.sort((a, b) => a - b);
  console.log(`${name}: ${runs[3]?.toFixed(1)} ms (the first time ${first?.toFixed(1)} ms)`);
}

await ledger.calls({ filter: {}, first: 1, after: null });
const REPORTS: UsageDimension[][] = [['APP', 'DAY'], ['MODEL'], ['APP', 'HOUR'], ['USER'], ['KEY', 'DAY']];
for (const by of REPORTS) await time(`usage by ${by.join(', ')}`, () => ledger.usage({ by, from, to }).catch(() => null));
const FILTERS: CallFilter[] = [{}, { app: 'app-3' }, { user: 'user-77' }, { outcome: 'ERROR' }, { model: 'feeling', app: 'app-7' }];
for (const filter of FILTERS) {
  await time(`first page of calls ${JSON.stringify(filter)}`, () => ledger.calls({ filter, first: 50, after: null }));
}

// Of the main thread's own CPU, so that other work on the machine does not count as a stall.
let longest = 0;
let last = process.threadCpuUsage();
const watching = setInterval(() => {
  const { user, system } = process.threadCpuUsage(last);
  last = process.threadCpuUsage();
  longest = Math.max(longest, (user + system) / 1_000);
}, 5);
const deleting = performance.now();
const commits: number[] = [];
const retention = { over: false };
const retained = ledger.retain({ callDays: DAYS / 2, payloadDays: null }).finally(() => {
  retention.over = true;
});
while (!retention.over) {
  const start = performance.now();
  await ledger.record(sampleCall(0, new Date()));
  commits.push(performance.now() - start);
}
const { calls } = await retained;
clearInterval(watching);
commits.sort((a, b) => a - b);
console.log(
  `retention of ${calls} calls in ${((performance.now() - deleting) / 1_000).toFixed(1)} s; longest stall of the event loop ${longest.toFixed(1)} ms; ` +
    `a record meanwhile: median ${commits[Math.floor(commits.length / 2)]?.toFixed(1)} ms, 99 % ${commits[Math.floor(commits.length * 0.99)]?.toFixed(1)} ms`,
);
await ledger.close();
rmSync(dataDir, { recursive: true });
