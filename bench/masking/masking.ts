/**
 * What masking costs: `node bench/masking/masking.ts`. Take the ratios, each
 * against a loop of twenty plain regular expressions over the same text.
 */
import { Masker, BUILT_IN_KINDS } from '../../src/policy/masking/index.ts';
import type { BuiltInKind } from '../../src/policy/masking/index.ts';

const PROSE =
  'The quarterly review showed that shipping times went up while the number of returns stayed the same. We should talk about the new warehouse and the plan for the autumn season before the next meeting. Please read the attached notes and say what you think of the second proposal. ';
const VALUES =
  'Write to anna.meyer@example.org or call +49 30 1234567; the card 4111 1111 1111 1111 was declined, the transfer from DE89 3704 0044 0532 0130 00 too. The host 192.168.17.4 saw it. Best regards, Anna Meyer ';

const fill = (pattern: string, length: number): string => pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
const masker = (kinds: readonly BuiltInKind[]): Masker => new Masker({ kinds: kinds.map((kind) => ({ kind, mode: 'reversible' })) });

const PATTERNS = BUILT_IN_KINDS.filter((kind) => kind !== 'PERSON' && kind !== 'ADDRESS');
const patterns = masker(PATTERNS);
const withoutNames = masker(BUILT_IN_KINDS.filter((kind) => kind !== 'PERSON'));
const all = masker(BUILT_IN_KINDS);

/** A yardstick that any machine has: twenty bounded patterns, run one after another. */
const YARDSTICK = Array.from({ length: 20 }, (_, index) => new RegExp(`\\b[a-z]{2,${10 + index}}@[a-z]{2,20}\\.[a-z]{2,6}\\b`, 'gi'));
const yardstick = (text: string): void => {
  for (const pattern of YARDSTICK) for (const _ of text.matchAll(pattern));
};

/** Microseconds of this thread's CPU for one run: the best of five batches of at least 60 ms (the clock ticks every 4 ms). */
async function measure(work: () => unknown): Promise<number> {
  let best = Infinity;
  let runs = 1;
  for (let batch = 0; batch < 5; ) {
    const before = process.threadCpuUsage();
    for (let index = 0; index < runs; index += 1) await work();
    const { user, system } = process.threadCpuUsage(before);
    if (user + system < 60_000) runs *= 2;
    else {
      best = Math.min(best, (user + system) / runs);
      batch += 1;
    }
  }
  return best;
}

const row = async (name: string, text: string, work: () => unknown): Promise<void> => {
  const [own, base] = [await measure(work), await measure(() => yardstick(text))];
  console.log(`${name.padEnd(52)} ${own.toFixed(0).padStart(7)} us  ${(own / base).toFixed(2).padStart(6)} x yardstick`);
};

const prose4 = fill(PROSE, 4096);
const mixed4 = fill(PROSE + VALUES, 4096);
const kilobyte = fill(PROSE.slice(0, 150) + VALUES, 1024);

await row('patterns alone, 4 kB of prose', prose4, () => patterns.find(prose4));
await row('patterns alone, 4 kB with values', mixed4, () => patterns.find(mixed4));
await row('whole mask() without names, 1 kB with values', kilobyte, () => withoutNames.session().mask(kilobyte));
await row('whole mask() with names, 1 kB with values', kilobyte, () => all.session().mask(kilobyte));
for (const kind of BUILT_IN_KINDS) {
  const one = masker([kind]);
  await row(`  ${kind}, 4 kB of prose`, prose4, () => one.find(prose4));
}
for (const kind of BUILT_IN_KINDS) {
  const one = masker([kind]);
  await row(`  ${kind}, 4 kB with values`, mixed4, () => one.find(mixed4));
}
console.log('Linear in length (time of 64 kB / time of 4 kB, 16 is linear):');
const mixed64 = fill(PROSE + VALUES, 65_536);
const ratio = (await measure(() => all.find(mixed64))) / (await measure(() => all.find(mixed4)));
console.log(`  all kinds ${ratio.toFixed(1)}`);
