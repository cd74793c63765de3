/**
 * Makes many calls with faults over the whole gateway in a process of its own (`node --expose-gc`), and prints the
 * memory (MiB of heap after a forced collection) after each tenth of them. Argument: how many calls.
 */
import { tokens } from '../index.ts';
import { stormy } from './random-faults.ts';
import { Stage } from './stage.ts';

const calls = Number(process.argv[2] ?? 100_000);
const LINES = 40;
const SAMPLES = 10;

await using stage = await Stage.open({ route: { firstTokenMs: 300, idleMs: 300 }, secondTarget: {} });
stage.first.behave(stormy(7));
stage.second.behave(tokens(20));

let done = 0;
const ask = async (index: number): Promise<void> => {
  await (index % 2 === 0 ? stage.ask('whole') : stage.shared(index % 5));
  done++;
};

const heaps: number[] = [];
for (let sample = 0; sample < SAMPLES; sample++) {
  let next = (calls / SAMPLES) * sample;
  const end = next + calls / SAMPLES;
  const line = async (): Promise<void> => {
    for (let index = next++; index < end; index = next++) await ask(index);
  };
  await Promise.all(Array.from({ length: LINES }, line));
  // What the fake vendors remember is theirs.
  stage.first.reset();
  stage.second.reset();
  await new Promise((resolve) => setTimeout(resolve, 500));
  globalThis.gc?.();
  globalThis.gc?.();
  heaps.push(process.memoryUsage().heapUsed / 1024 ** 2);
}
process.stdout.write(JSON.stringify({ done, heaps }));
