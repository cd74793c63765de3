import { load, median, percentile, type LoadRequest, type LoadResult } from '../lib/load.ts';
import type { ServerProcess } from '../lib/server-process.ts';

/** One thing that is measured: a server and how it is asked. */
export interface Row {
  name: string;
  server: ServerProcess;
  whole: LoadRequest;
  streamed: LoadRequest;
  /** Milliseconds that its event loop was late at the 99th percentile since the last time; null where nobody can tell. */
  loopDelayMs: (() => Promise<number>) | null;
}

interface Measured {
  cpuUs: number[];
  perSecond: number[];
  p50: number[];
  p99: number[];
  first: number[];
  loop: number[];
}

interface Load {
  title: string;
  rows: readonly Row[];
  rounds: number;
  requests: number;
  concurrency: number;
  /** Requests to each row before anything is measured: until V8 has compiled what is hot, which takes some ten thousand. */
  warmUp: number;
}

/** CPU a call (of streams: an event), requests a second, latency. Prints a table. */
export async function costOfCalls(asked: Load & { requestOf: (row: Row) => LoadRequest; expect: string; events?: number }): Promise<void> {
  const { events, requests } = asked;
  const measured = await byTurns(asked.rows, asked, asked.requestOf, asked.expect);
  const portkey = measured.find(({ row }) => row.name === 'Portkey');
  const proxy = measured.find(({ row }) => row.name === 'node:http proxy');
  heading(asked, events === undefined ? ['CPU us', 'spread', 'of Portkey', 'of proxy', 'per s', 'p50 ms', 'p99 ms', 'loop p99'] : ['us/event', 'spread', 'of Portkey', 'of proxy', 'per s', 'p50 ms', 'p99 ms', 'loop p99']);
  for (const { row, into } of measured) {
    const share = 1 / (events ?? 1);
    const cpu = into.cpuUs.map((us) => us * share);
    const digits = events === undefined ? 0 : 1;
    const ratio = (other: { into: Measured } | undefined) => (other === undefined ? '' : (median(into.cpuUs) / median(other.into.cpuUs)).toFixed(2));
    print(row.name, [median(cpu).toFixed(digits), spread(cpu, digits), ratio(portkey), ratio(proxy), median(into.perSecond).toFixed(0), median(into.p50).toFixed(1), median(into.p99).toFixed(1), into.loop.length === 0 ? '' : median(into.loop).toFixed(1)]);
  }
  console.log(`${asked.rounds} rounds of ${requests}`);
}

/** What each row adds to the latency of its vendor, asked directly by turns with it. Prints a table. */
export async function addedAtVendor(asked: Load & { direct: Omit<Row, 'server'> }): Promise<void> {
  const { requests, concurrency } = asked;
  const alone = empty();
  await one(asked.direct.whole, null, asked, 'A canned answer', alone);
  const measured = await byTurns(asked.rows, asked, ({ whole }) => whole, 'A canned answer');
  await one(asked.direct.whole, null, { requests, concurrency }, 'A canned answer', alone);
  heading(asked, ['p50 ms', 'added', 'p99 ms', 'added', 'per s', 'CPU us', 'loop p99']);
  const [p50, p99] = [Math.min(...alone.p50), Math.min(...alone.p99)];
  print('the vendor alone', [p50.toFixed(1), '', p99.toFixed(1), '', median(alone.perSecond).toFixed(0), '', '']);
  for (const { row, into } of measured) {
    print(row.name, [median(into.p50).toFixed(1), (median(into.p50) - p50).toFixed(1), median(into.p99).toFixed(1), (median(into.p99) - p99).toFixed(1), median(into.perSecond).toFixed(0), median(into.cpuUs).toFixed(0), into.loop.length === 0 ? '' : median(into.loop).toFixed(1)]);
  }
}

/** Time to the first text of a stream, one caller, beside the vendor alone. Prints a table. */
export async function firstTokens(asked: { rows: readonly Row[]; direct: Omit<Row, 'server'>; rounds: number; requests: number; warmUp: number }): Promise<void> {
  const options = { title: 'First token of a stream', ...asked, concurrency: 1 };
  const alone = empty();
  const measured = await byTurns(asked.rows, options, ({ streamed }) => streamed, ' word', () => one(asked.direct.streamed, null, options, ' word', alone));
  heading(options, ['first ms', 'added']);
  print('the vendor alone', [median(alone.first).toFixed(2), '']);
  for (const { row, into } of measured) print(row.name, [median(into.first).toFixed(2), (median(into.first) - median(alone.first)).toFixed(2)]);
}

/** Measures all rows turn by turn, so that whatever else the machine does meets all of them. */
async function byTurns(rows: readonly Row[], { rounds, requests, concurrency, warmUp }: Omit<Load, 'title' | 'rows'>, requestOf: (row: Row) => LoadRequest, expect: string, eachRound?: () => Promise<void>) {
  const measured = rows.map((row) => ({ row, into: empty() }));
  for (const { row } of measured) await load(requestOf(row), { requests: warmUp, concurrency, expect });
  for (const { row } of measured) await row.loopDelayMs?.();
  for (let round = 0; round < rounds; round++) {
    await eachRound?.();
    for (const { row, into } of measured) {
      await one(requestOf(row), row.server, { requests, concurrency }, expect, into);
      if (row.loopDelayMs !== null) into.loop.push(await row.loopDelayMs());
    }
  }
  return measured;
}

async function one(request: LoadRequest, server: ServerProcess | null, { requests, concurrency }: { requests: number; concurrency: number }, expect: string, into: Measured): Promise<void> {
  const before = server?.cpuMs() ?? 0;
  const result: LoadResult = await load(request, { requests, concurrency, expect, first: 'A canned answer' });
  into.cpuUs.push((((server?.cpuMs() ?? 0) - before) * 1_000) / requests);
  into.perSecond.push(result.requests / result.seconds);
  into.p50.push(percentile(result.latencies, 0.5));
  into.p99.push(percentile(result.latencies, 0.99));
  into.first.push(percentile(result.firstTexts, 0.5));
}

function empty(): Measured {
  return { cpuUs: [], perSecond: [], p50: [], p99: [], first: [], loop: [] };
}

function spread(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)}`;
}

function heading({ title, concurrency }: { title: string; concurrency: number }, columns: readonly string[]): void {
  console.log(`\n${title}, ${concurrency} at once`);
  print('', columns);
}

function print(name: string, columns: readonly string[]): void {
  console.log(name.padEnd(30) + columns.map((column) => column.padStart(12)).join(''));
}
