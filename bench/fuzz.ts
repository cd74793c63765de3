/**
 * Random and mutated requests over HTTP and WebSocket: `node bench/fuzz.ts [count] [seed]`, 100,000 without. Prints
 * how they were answered and what memory is held every tenth of the way; exits with 1 at the first fault.
 */
import { FourBranches } from '../test/harness/branches.ts';
import { FUZZED, fuzz, heldBytes } from '../test/harness/fuzz.ts';

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const STEPS = 10;

await using four = await FourBranches.start({ policies: FUZZED });
const outcomes = new Map<string, number>();
const started = performance.now();
for (let step = 1; step <= STEPS; step++) {
  const report = await fuzz(four.gateway, count / STEPS, seed + step * 1_000_003, 32);
  for (const [outcome, times] of report.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
  // What the fake vendors remember is none of the gateway's memory.
  four.reset();
  const mib = (await heldBytes()) / 1_024 / 1_024;
  console.log(`${(count / STEPS) * step} requests, ${((performance.now() - started) / 1_000).toFixed(0)} s, ${mib.toFixed(1)} MiB held`);
  if (report.faults.length > 0) {
    console.error(report.faults.slice(0, 10).join('\n\n'));
    process.exitCode = 1;
    break;
  }
}
console.table(Object.fromEntries([...outcomes].sort(([a], [b]) => a.localeCompare(b))));
