/**
 * What a second instance brings: two that share a PostgreSQL, limits and budget leased from it, beside one alone on the
 * same. `DATABASE_URL=postgres://... node bench/gateway/two.ts`; the database should be empty. The cores of one machine
 * are shared with the vendor and the load, so that requests a second would measure those: what is compared is how
 * many calls an instance can answer in a second of its own CPU.
 */
import { load, median } from '../lib/load.ts';
import type { Row } from './measure.ts';
import { startKanon, startVendor } from './peers.ts';

const VENDOR = 18_182;
const REQUESTS = 4_000;
const ROUNDS = 7;
/** Turns of each instance before anything is measured: until V8 has compiled what is hot. */
const WARM_UP = 5;
const databaseUrl = process.env['DATABASE_URL'];
if (databaseUrl === undefined) throw new Error('DATABASE_URL: the address of an empty PostgreSQL database was expected.');

await using stack = new AsyncDisposableStack();
stack.use(await startVendor(VENDOR, 0, 1));
const instances: Row[] = [];
for (const port of [18_210, 18_211]) {
  const [rest] = await startKanon(port, VENDOR, true, databaseUrl);
  if (rest === undefined) throw new Error('Kanon does not start.');
  stack.use(rest.server);
  instances.push(rest);
}

/** CPU in us a call of those that are asked, the requests shared among them evenly, 32 at once in all. */
async function cpuOf(asked: readonly Row[]): Promise<number> {
  const before = asked.map(({ server }) => server.cpuMs());
  await Promise.all(asked.map(({ whole }) => load(whole, { requests: REQUESTS / asked.length, concurrency: 32 / asked.length, expect: 'A canned answer' })));
  const spent = asked.map(({ server }, at) => server.cpuMs() - (before[at] ?? 0));
  return (spent.reduce((sum, ms) => sum + ms, 0) * 1_000) / REQUESTS;
}

const [first, second] = instances;
if (first === undefined || second === undefined) throw new Error('Two instances were expected.');
for (let turn = 0; turn < WARM_UP; turn++) for (const one of instances) await cpuOf([one]);
const [alone, together]: [number[], number[]] = [[], []];
for (let round = 0; round < ROUNDS; round++) {
  alone.push(await cpuOf([round % 2 === 0 ? first : second]));
  together.push(await cpuOf([first, second]));
}
console.log(`one alone ${median(alone).toFixed(0)} us a call, two together ${median(together).toFixed(0)} us: two answer ${((2 * median(alone)) / median(together)).toFixed(2)} times what one does`);
