/**
 * What a gateway adds to a fast vendor: CPU of its process a call, requests a second, latency; Kanon beside a plain
 * proxy and Portkey's gateway, turn by turn in one run. Take the ratios, on a quiet machine.
 * `npm run bench [-- --quick]`. Loopback only, bounded in requests and connections.
 */
import { load, median, percentile, type LoadRequest } from '../lib/load.ts';
import { startKanon, startPortkey, startProxy, startVendor, type Row } from './peers.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 7;
const REQUESTS = quick ? 1_000 : 3_000;
const STREAMS = quick ? 100 : 300;
const CONCURRENCY = 32;
const EVENTS = 500;
const VENDOR = 18_180;

interface Measured {
  cpuUs: number[];
  perSecond: number[];
  p50: number[];
  p99: number[];
}

async function measureRow(row: Row, request: LoadRequest, requests: number, expect: string, into: Measured): Promise<void> {
  const before = row.server.cpuMs();
  const result = await load(request, { requests, concurrency: CONCURRENCY, expect });
  into.cpuUs.push(((row.server.cpuMs() - before) * 1_000) / requests);
  into.perSecond.push(result.requests / result.seconds);
  into.p50.push(percentile(result.latencies, 0.5));
  into.p99.push(percentile(result.latencies, 0.99));
}

/** Measures all rows turn by turn, so that whatever else the machine does meets all of them. */
async function measure(title: string, rows: readonly Row[], requestOf: (row: Row) => LoadRequest | null, requests: number, expect: string): Promise<void> {
  const asked = rows.flatMap((row) => {
    const request = requestOf(row);
    return request === null ? [] : [{ row, request, measured: { cpuUs: [], perSecond: [], p50: [], p99: [] } as Measured }];
  });
  for (const { request } of asked) await load(request, { requests: Math.ceil(requests / 2), concurrency: CONCURRENCY, expect });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { row, request, measured } of asked) await measureRow(row, request, requests, expect, measured);
  }
  const portkey = asked.find(({ row }) => row.name === 'Portkey');
  console.log(`\n${title}\n${'row'.padEnd(32)}${'CPU us'.padStart(10)}${'spread'.padStart(16)}${'of Portkey'.padStart(12)}${'per s'.padStart(9)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}`);
  for (const { row, measured } of asked) {
    const cpu = median(measured.cpuUs);
    const spread = `${Math.min(...measured.cpuUs).toFixed(0)}-${Math.max(...measured.cpuUs).toFixed(0)}`;
    const ratio = portkey === undefined ? '' : (cpu / median(portkey.measured.cpuUs)).toFixed(2);
    console.log(
      `${row.name.padEnd(32)}${cpu.toFixed(0).padStart(10)}${spread.padStart(16)}${ratio.padStart(12)}${median(measured.perSecond).toFixed(0).padStart(9)}${median(measured.p50).toFixed(1).padStart(9)}${median(measured.p99).toFixed(1).padStart(9)}`,
    );
  }
}

await using stack = new AsyncDisposableStack();
stack.use(await startVendor(VENDOR, 0, EVENTS));
const rows: Row[] = [];
const proxy = await startProxy(18_190, VENDOR);
stack.use(proxy.server);
rows.push(proxy);
const portkey = await startPortkey(18_191, VENDOR);
if (portkey === null) console.log('Portkey is left out: npm install --prefix bench');
else {
  stack.use(portkey.server);
  rows.push(portkey);
}
for (const [port, everything] of [[18_192, true], [18_193, false]] as const) {
  const kanon = await startKanon(port, VENDOR, everything);
  for (const row of kanon.slice(0, 1)) stack.use(row.server);
  rows.push(...kanon);
}

await measure(`Whole answers, ${CONCURRENCY} at once, ${ROUNDS} rounds of ${REQUESTS}`, rows, (row) => row.whole, REQUESTS, 'A canned answer');
await measure(`Streams of ${EVENTS} events, ${CONCURRENCY} at once, ${ROUNDS} rounds of ${STREAMS}`, rows, (row) => row.streamed, STREAMS, ' word');
console.log(`\nMemory: ${[...new Set(rows.map(({ server }) => server))].map((server) => `${server.name} ${server.rssMb().toFixed(0)} MB`).join(', ')}`);
