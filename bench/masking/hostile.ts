/**
 * What 100 kB that are meant to hurt cost in all detectors together: `node bench/masking/hostile.ts`. Milliseconds of
 * CPU, the dearest first; fails where one takes 100 or more. That they are linear is tested (`adversarial.test.ts`).
 */
import { BUILT_IN_KINDS, Masker } from '../../src/policy/masking/index.ts';
import { over, prose, SEEDS } from '../../test/policy/masking/hostile.ts';

const LENGTH = 100_000;
const BOUND_MS = 100;
const SHOWN = 10;

const masker = new Masker({ kinds: BUILT_IN_KINDS.map((kind) => ({ kind, mode: 'reversible' })) });

/** The best of a few: a collection of garbage is no fault of a pattern. */
function best(text: string): number {
  let least = Infinity;
  for (let run = 0; run < 6; run += 1) {
    const before = process.threadCpuUsage();
    masker.find(text);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

const row = (name: string, ms: number): void => console.log(`${name.padEnd(34)} ${ms.toFixed(0).padStart(5)} ms`);

row('plain prose', best(prose(LENGTH)));
const seeds = SEEDS.map((seed) => ({ seed, ms: best(over(seed, LENGTH)) })).sort((a, b) => b.ms - a.ms);
for (const { seed, ms } of seeds.slice(0, SHOWN)) row(JSON.stringify(seed), ms);
if ((seeds[0]?.ms ?? 0) >= BOUND_MS) process.exitCode = 1;
