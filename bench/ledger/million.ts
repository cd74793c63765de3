/**
 * Reports and retention over a million calls: `node bench/ledger/million.ts [calls]`, PostgreSQL with DATABASE_URL (an
 * empty database, which it fills).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type CallFilter, openLedger, type UsageDimension } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { sampleCall } from './calls.ts';
import { fill } from './fill.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const DAYS = 30;

const place = { dataDir: mkdtempSync(join(tmpdir(), 'kanon-bench-')), databaseUrl: process.env['DATABASE_URL'] };
const open = () => openLedger({ ...place, log: createLog('silent') });
const to = new Date();
const from = new Date(to.getTime() - DAYS * 86_400_000);

await (await open()).close();
const filling = performance.now();
await fill(place, CALLS, from, to);
console.log(`${CALLS} calls in ${((performance.now() - filling) / 1_000).toFixed(0)} s`);
const ledger = await open();

/** The median, the best and the first of several runs, in milliseconds, and the whole process's CPU of the median. */
async function time(name: string, work: () => Promise<unknown>): Promise<void> {
  const runs: { ms: number; cpu: number }[] = [];
  for (let run = 0; run < 9; run++) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(cpu);
    runs.push({ ms: performance.now() - start, cpu: (user + system) / 1_000 });
  }
  const [first] = runs;
  runs.sort((a, b) => a.ms - b.ms);
  console.log(`${name}: ${runs[4]?.ms.toFixed(1)} ms (best ${runs[0]?.ms.toFixed(1)}, first ${first?.ms.toFixed(1)}; CPU of this process ${runs[4]?.cpu.toFixed(1)})`);
}

await ledger.calls({ filter: {}, first: 1, after: null });
const REPORTS: UsageDimension[][] = [['APP', 'DAY'], ['MODEL'], ['APP', 'HOUR'], ['USER'], ['KEY', 'DAY']];
for (const by of REPORTS) await time(`usage by ${by.join(', ')}`, () => ledger.usage({ by, from, to }).catch(() => null));
const FILTERS: CallFilter[] = [
  {},
  { app: 'app-3' },
  { user: 'user-77' },
  { outcome: 'ERROR' },
  { provider: 'anthropic' },
  { model: 'feeling', app: 'app-7' },
  { app: 'app-3', outcome: 'ERROR' },
  { app: 'app-3', model: 'no-such-model' },
  { app: 'app-3', from, to: new Date(from.getTime() + 86_400_000) },
];
for (const filter of FILTERS) {
  await time(`first page of calls ${JSON.stringify(filter)}`, () => ledger.calls({ filter, first: 50, after: null }));
}

// While nothing else is asked, so that the delays are the loop's own and the machine's; then with retention.
async function recordUntil(over: Promise<unknown>): Promise<string> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const state = { over: false };
  const ending = over.finally(() => {
    state.over = true;
  });
  const commits: number[] = [];
  // CPU of the main thread between two looks: other work on the machine does not count in it.
  let longest = 0;
  let last = process.threadCpuUsage();
  const watching = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    longest = Math.max(longest, (user + system) / 1_000);
  }, 5);
  while (!state.over) {
    const start = performance.now();
    await ledger.record(sampleCall(0, new Date()));
    commits.push(performance.now() - start);
  }
  await ending;
  clearInterval(watching);
  loop.disable();
  commits.sort((a, b) => a - b);
  const at = (share: number): string => (commits[Math.floor(commits.length * share)] ?? 0).toFixed(1);
  const delay = (ns: number): string => (ns / 1e6 - 5).toFixed(1);
  return `the event loop was late by ${delay(loop.percentile(99))} ms (99 %), ${delay(loop.max)} ms at most, of which ${longest.toFixed(1)} ms of its own CPU; ${commits.length} records: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(0.9999)} ms`;
}

console.log(`recording alone for 10 s: ${await recordUntil(new Promise((resolve) => setTimeout(resolve, 10_000)))}`);
const deleting = performance.now();
const retained = ledger.retain({ callDays: DAYS / 2, payloadDays: null });
const meanwhile = await recordUntil(retained);
console.log(`retention of ${(await retained).calls} calls in ${((performance.now() - deleting) / 1_000).toFixed(1)} s; meanwhile ${meanwhile}`);
await ledger.close();
rmSync(place.dataDir, { recursive: true });
