/**
 * What the composite adds to its slowest branch: four fake vendors of 50 ms each, asked at once through the open
 * port. Run it on a quiet machine: `node bench/composite.ts [rounds]`.
 */
import { BRANCH_NAMES, FourBranches, GOOD, picture } from '../test/harness/branches.ts';

const BACKEND_MS = 50;
const rounds = Number(process.argv[2] ?? 200);

await using four = await FourBranches.start();
for (const name of BRANCH_NAMES) four.vendors[name].behave({ ...GOOD[name], delays: { beforeHeadersMs: BACKEND_MS } });
const images = [{ base64: await picture() }];

async function timed(selection: string, callers = 1): Promise<number[]> {
  const query = `query ($input: MultimodalInput!) { multimodal(input: $input) { ${selection} } }`;
  const ask = async (): Promise<number> => {
    const start = performance.now();
    const { errors } = await four.gateway.query(query, { input: { text: 'My coffee was cold.', images } });
    if (errors !== undefined) throw new Error(errors[0]?.message);
    return performance.now() - start;
  };
  const times: number[] = [];
  for (let round = 0; round < rounds / callers; round++) times.push(...(await Promise.all(Array.from({ length: callers }, ask))));
  return times.toSorted((a, b) => a - b);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function report(name: string, times: readonly number[]): void {
  const [median, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  console.log(`${name.padEnd(34)} median ${median.toFixed(1).padStart(6)} ms   95 % ${p95.toFixed(1).padStart(6)} ms   over ${BACKEND_MS} ms: ${(median - BACKEND_MS).toFixed(1)} ms`);
}

const ALL = 'chat { text } sentiment { label } vision { text } embed { dimensions }';
await timed(ALL);
report('one branch (chat)', await timed('chat { text }'));
report('four branches', await timed(ALL));
report('four branches with meta', await timed(`${ALL} meta { cost { usd } durationMs }`));
report('four branches, 10 callers at once', await timed(ALL, 10));
