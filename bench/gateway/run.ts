/**
 * What a gateway adds to a fast vendor: CPU of its process a call, requests a second, latency; Kanon beside a plain
 * proxy, nginx and Portkey's gateway, turn by turn in one run. Take the ratios, on a quiet machine.
 * `npm run bench [-- --quick] [-- --only whole,streams,slow,first]`. Loopback only, bounded in requests and connections.
 */
import { parseArgs } from 'node:util';
import { addedAtVendor, costOfCalls, firstTokens, type Row } from './measure.ts';
import { startDirect, startKanon, startNginx, startPortkey, startProxy, startVendor } from './peers.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: 'whole,streams,slow,first' } } });
const { quick } = values;
const asked = new Set(values.only.split(','));
const FAST_VENDOR = 18_180;
const SLOW_VENDOR = 18_181;
const SLOW_MS = 50;
const EVENTS = 500;

await using stack = new AsyncDisposableStack();

/** All rows before one vendor, on ports from `port` on. */
async function startRows(port: number, vendorPort: number): Promise<Row[]> {
  const rows: Row[] = [];
  const use = (started: readonly Row[] | null, name: string): void => {
    if (started === null) console.log(`${name} is left out: it is not installed`);
    for (const row of started ?? []) {
      if (!rows.some(({ server }) => server === row.server)) stack.use(row.server);
      rows.push(row);
    }
  };
  use([await startProxy(port, vendorPort)], 'the proxy');
  use(await startNginx(port + 1, vendorPort), 'nginx');
  use(await startPortkey(port + 2, vendorPort), 'Portkey (npm install --prefix bench --ignore-scripts)');
  use(await startKanon(port + 3, vendorPort, true), 'Kanon');
  use(await startKanon(port + 4, vendorPort, false), 'Kanon');
  return rows;
}

stack.use(await startVendor(FAST_VENDOR, 0, EVENTS));
const fast = await startRows(18_190, FAST_VENDOR);
const direct = startDirect(FAST_VENDOR);
const rounds = quick ? 3 : 7;
if (asked.has('whole')) await costOfCalls({ title: 'Whole answers', rows: fast, requestOf: ({ whole }) => whole, expect: 'A canned answer', rounds, requests: quick ? 1_000 : 3_000, warmUp: quick ? 4_000 : 20_000, concurrency: 32 });
if (asked.has('streams')) await costOfCalls({ title: `Streams of ${EVENTS} events`, rows: fast, requestOf: ({ streamed }) => streamed, expect: ' word', rounds, requests: quick ? 100 : 300, warmUp: quick ? 200 : 800, concurrency: 32, events: EVENTS });
if (asked.has('first')) await firstTokens({ rows: fast, direct, rounds, requests: quick ? 50 : 200, warmUp: quick ? 50 : 600 });
console.log(`\nMemory: ${[...new Set(fast.map(({ server }) => server))].map((server) => `${server.name} ${server.rssMb().toFixed(0)} MB`).join(', ')}`);

if (asked.has('slow')) {
  stack.use(await startVendor(SLOW_VENDOR, SLOW_MS, EVENTS));
  const slow = await startRows(18_200, SLOW_VENDOR);
  await addedAtVendor({ title: `A vendor of ${SLOW_MS} ms`, rows: slow, direct: startDirect(SLOW_VENDOR), rounds: quick ? 2 : 5, requests: quick ? 1_500 : 6_000, warmUp: quick ? 2_000 : 20_000, concurrency: 128 });
}
