/**
 * What the composite adds to its slowest branch: four fake vendors of 50 ms each, asked at once through the open
 * port. Run it on a quiet machine: `node bench/composite.ts [rounds]`.
 */
import { BRANCH_NAMES, FourBranches, GOOD, picture } from '../test/harness/branches.ts';

const BACKEND_MS = 50;
const rounds = Number(process.argv[2] ?? 50);

await using four = await FourBranches.start();
for (const name of BRANCH_NAMES) four.vendors[name].behave({ ...GOOD[name], delays: { beforeHeadersMs: BACKEND_MS } });
const images = [{ base64: await picture() }];

/** Milliseconds of so many callers at once, each of which is answered. */
async function timed(selection: string, callers = 1): Promise<number[]> {
  const query = `query ($input: MultimodalInput!) { multimodal(input: $input) { ${selection} } }`;
  const ask = async (): Promise<number> => {
    const start = performance.now();
    const { errors } = await four.gateway.query(query, { input: { text: 'My coffee was cold.', images } });
    if (errors !== undefined) throw new Error(errors[0]?.message);
    return performance.now() - start;
  };
  return Promise.all(Array.from({ length: callers }, ask));
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const BRANCHES = ['chat { text }', 'sentiment { label }', 'vision { text }', 'embed { dimensions }'];
const ALL = BRANCHES.join(' ');
const META = 'meta { cost { usd } durationMs }';

// Turn by turn, so that whatever else the machine does meets all of them alike.
const times = new Map<string, number[]>();
const add = (name: string, measured: readonly number[]) => times.set(name, [...(times.get(name) ?? []), ...measured]);
for (let round = -5; round < rounds; round++) {
  const [all, withMeta, many] = [await timed(ALL), await timed(`${ALL} ${META}`), await timed(ALL, 10)];
  const single: number[] = [];
  for (const branch of BRANCHES) single.push(...(await timed(branch)));
  // The first rounds warm up.
  if (round < 0) continue;
  add('the slowest branch alone', [Math.max(...single)]);
  add('four branches', all);
  add('four branches with meta', withMeta);
  add('four branches, 10 callers at once', many);
}

const base = percentile(times.get('the slowest branch alone') ?? [], 0.5);
for (const [name, measured] of times) {
  const [median, p95] = [percentile(measured, 0.5), percentile(measured, 0.95)];
  console.log(`${name.padEnd(34)} median ${median.toFixed(1).padStart(6)} ms   95 % ${p95.toFixed(1).padStart(6)} ms   over the slowest: ${(median - base).toFixed(1)} ms`);
}
