import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./memory-run.ts', import.meta.url));
const CALLS = 3_000;

test('memory stays flat over thousands of calls, three in ten of them with a fault', { timeout: 180_000 }, async () => {
  const { stdout } = await run(process.execPath, ['--expose-gc', SCRIPT, String(CALLS)], { timeout: 170_000 });
  const { done, heaps }: { done: number; heaps: number[] } = JSON.parse(stdout);
  expect(done).toBe(CALLS);
  // The first tenths load what is loaded with the first use. A leak of 10 kB a call would be 20 MiB here.
  const middle = heaps.slice(3, 6);
  const last = heaps.slice(-3);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(last) - mean(middle)).toBeLessThan(5);
});
