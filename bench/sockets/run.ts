/**
 * Many sockets, each with a stream of tokens at a steady rate: what a token costs the gateway, how long it is on its
 * way, what a socket takes of memory, and whether anything is lost; beside the least that anything between can do.
 * `node bench/sockets/run.ts [--sockets 1000] [--rate 20] [--seconds 10] [--one-core] [--cpu-prof FOLDER]`, on Linux.
 * `--one-core` keeps the gateway on the first core and everything else on the others (`taskset`). About a minute for each of the two.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ServerProcess } from '../lib/server-process.ts';
import type { Counts, Order } from './client.ts';

const { values } = parseArgs({
  options: { sockets: { type: 'string', default: '1000' }, rate: { type: 'string', default: '20' }, seconds: { type: 'string', default: '10' }, 'one-core': { type: 'boolean', default: false }, 'cpu-prof': { type: 'string' } },
});
const sockets = Number(values.sockets);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
/** Seconds that the streams run beside those that are measured: until the last has begun, and a little. */
const MARGIN = 6 + sockets / 250;
const TOKENS = Math.ceil(rate * (seconds + MARGIN));
const CLIENTS = 2;
const VENDOR_PORT = 18_280;
const [PORT, RELAY_PORT] = [18_281, 18_282];
const KEY = 'kn_bench-key-of-the-operator-0123456789';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const onCores = (cores: string, args: readonly string[]) => (values['one-core'] ? { command: 'taskset', args: ['-c', cores, process.execPath, ...args] } : { command: process.execPath, args });

await using stack = new AsyncDisposableStack();
stack.use(await ServerProcess.start({ name: 'vendor', ...onCores('1-63', [here('vendor.ts'), String(VENDOR_PORT), String(rate), String(TOKENS)]), port: VENDOR_PORT }));
async function startGateway(): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kanon-sockets-'));
  const config = {
    server: { limits: { maxSubscriptionsPerKey: 1_000_000 } },
    providers: { words: { kind: 'openai', apiKey: 'sk', baseUrl: `http://127.0.0.1:${VENDOR_PORT}/v1` } },
    models: { words: { operation: 'chat', route: { firstTokenMs: 60_000, idleMs: 60_000, totalMs: 300_000 }, targets: [{ provider: 'words', model: 'words', price: { input: 1, output: 2 } }] } },
    policies: { default: { scopes: ['chat'], mask: ['EMAIL', 'CARD', 'IBAN', 'IP', 'API_KEY'], budget: { usd: 100_000, per: 'day' }, limits: { requestsPerMinute: 10_000_000 } } },
    telemetry: { level: 'warn' },
  };
  writeFileSync(join(folder, 'gateway.yaml'), JSON.stringify(config));
  const profile = values['cpu-prof'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`];
  const args = [...profile, here('../../bin/kanon.js'), 'serve', '--config', join(folder, 'gateway.yaml'), '--data', join(folder, 'data'), '--port', String(PORT)];
  return ServerProcess.start({ name: 'Kanon', ...onCores('0', args), port: PORT, env: { KANON_ADMIN_KEY: KEY } });
}

function sum(all: readonly Counts[]): Counts {
  const total: Counts = { tokens: 0, delays: [], whole: 0, faults: {} };
  for (const counts of all) {
    total.tokens += counts.tokens;
    total.whole += counts.whole;
    counts.delays.forEach((count, delay) => (total.delays[delay] = (total.delays[delay] ?? 0) + (count ?? 0)));
    for (const [what, times] of Object.entries(counts.faults)) total.faults[what] = (total.faults[what] ?? 0) + times;
  }
  return total;
}

/** The processes of the clients, and all that they have counted. */
class Clients implements Disposable {
  readonly #clients: ChildProcess[];
  readonly #waiting = new Map<ChildProcess, (counts: Counts) => void>();
  total: Counts = sum([]);

  constructor(port: number) {
    const options = values['one-core'] ? { execPath: 'taskset', execArgv: ['-c', '1-63', process.execPath] } : {};
    this.#clients = Array.from({ length: CLIENTS }, () => fork(here('client.ts'), [String(port), String(sockets / CLIENTS), String(TOKENS), KEY], options));
    for (const client of this.#clients) {
      client.on('message', (counts: Counts) => this.#waiting.get(client)?.(counts));
      client.on('exit', (code) => code !== null && process.exit(1));
    }
  }

  /** Has all of them do something. @returns what they have counted until it was done */
  async all(order: Order): Promise<Counts> {
    const counted = this.#clients.map((client) => {
      client.send(order);
      return new Promise<Counts>((resolve) => this.#waiting.set(client, resolve));
    });
    const counts = sum(await Promise.all(counted));
    this.total = sum([this.total, counts]);
    return counts;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client.kill('SIGKILL');
  }
}

/** Milliseconds within which a share of the tokens came. */
function within(delays: readonly number[], share: number): number {
  let left = delays.reduce((sum, count) => sum + (count ?? 0), 0) * share;
  return delays.findIndex((count) => (left -= count ?? 0) <= 0);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What the first call makes the gateway load is no part of a socket. */
async function warmUp(): Promise<void> {
  const body = '{"model":"words","messages":[{"role":"user","content":"Hi"}],"stream":true}';
  const answer = await fetch(`http://127.0.0.1:${PORT}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }, body });
  await answer.body?.cancel();
  await sleep(1_000);
}

async function measure(server: ServerProcess): Promise<void> {
  using clients = new Clients(server.port);
  if (server.port === PORT) await warmUp();
  const empty = server.rssMb();
  await clients.all('open');
  await sleep(1_000);
  const idle = server.rssMb();
  await clients.all('subscribe');
  await sleep(1_000);
  await clients.all('count');
  const [cpuMs, startedAt] = [server.cpuMs(), performance.now()];
  await sleep(seconds * 1_000);
  const { tokens, delays } = await clients.all('count');
  const [usedMs, tookMs] = [server.cpuMs() - cpuMs, performance.now() - startedAt];
  const busy = server.rssMb();
  const until = performance.now() + (MARGIN + 30) * 1_000;
  while (clients.total.whole < sockets && performance.now() < until) {
    await sleep(500);
    await clients.all('count');
  }
  const { total } = clients;
  const kilobytes = (megabytes: number) => ((megabytes * 1_024) / sockets).toFixed(0);
  console.log(`${server.name}: ${sockets} sockets at ${rate} tokens a second${values['one-core'] ? ', on one core' : ''}`);
  console.log(`  CPU a token   ${((usedMs * 1_000) / tokens).toFixed(1)} us (${(tokens / (tookMs / 1_000)).toFixed(0)} tokens a second, ${((usedMs / tookMs) * 100).toFixed(0)} % of a core)`);
  console.log(`  delay         p50 ${within(delays, 0.5)} ms, p99 ${within(delays, 0.99)} ms, longest ${delays.length - 1} ms`);
  console.log(`  memory        ${kilobytes(idle - empty)} kB a socket that is open, ${kilobytes(busy - empty)} kB one with a stream (from ${empty.toFixed(0)} MB to ${busy.toFixed(0)} MB)`);
  console.log(`  lost          ${sockets * TOKENS - total.tokens} of ${sockets * TOKENS} tokens; ${total.whole} of ${sockets} streams whole`);
  for (const [what, times] of Object.entries(total.faults)) console.log(`  fault         ${what}: ${times} times`);
}

const relay = { name: 'relay', ...onCores('0', [here('relay.ts'), String(RELAY_PORT), String(VENDOR_PORT)]), port: RELAY_PORT };
await measure(stack.use(await ServerProcess.start(relay)));
await measure(stack.use(await startGateway()));
