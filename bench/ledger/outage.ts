/**
 * What an outage costs: `node bench/ledger/outage.ts [seconds] [requests a second] [postgres|redis] [stop|freeze]`, 20 s, 80
 * and all of them without. A gateway in a process of its own is under a steady load of two applications, one whose policy lets calls
 * pass while limits cannot be looked up and one whose policy refuses them. Meanwhile a PostgreSQL or a Redis of our own
 * is stopped or frozen, and given back. Prints what answers took before, during and after, and calls that the ledger
 * has lost; exits with 1 when there are any.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { percentile } from '../lib/load.ts';
import { ServerProcess } from '../lib/server-process.ts';
import { freePort, type Service, startPostgres, startRedis } from '../lib/services.ts';

const seconds = Number(process.argv[2] ?? 20);
const engines = (['postgres', 'redis'] as const).filter((name) => process.argv[4] === undefined || process.argv[4] === name);
const ways = (['stop', 'freeze'] as const).filter((name) => process.argv[5] === undefined || process.argv[5] === name);

/** Requests a second of each application. */
const RATE = Number(process.argv[3] ?? 80) / 2;
const AROUND_MS = 5_000;
/** Milliseconds from which an answer counts as hung. */
const HUNG_MS = 30_000;
/** Milliseconds in which all calls must be in the ledger afterwards. */
const SETTLED_MS = 60_000;
const ADMIN = 'kn_the-admin-key-of-this-benchmark-only';
const MAIN = new URL('../../bin/kanon.js', import.meta.url).pathname;
const POLICIES = ['open', 'closed'] as const;
type Policy = (typeof POLICIES)[number];

interface Answer {
  policy: Policy;
  phase: string;
  ms: number;
  id: string | null;
  code: string | null;
}

async function post<T>(port: number, key: string, query: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(HUNG_MS),
  });
  // What the schema of the gateway says.
  return (await response.json()) as T;
}

async function ask(port: number, key: string, policy: Policy, phase: string): Promise<Answer> {
  const begin = performance.now();
  try {
    const { data, errors } = await post<{ data?: { chat?: { meta: { id: string } } | null }; errors?: { extensions?: { code?: string } }[] }>(port, key, '{ chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { meta { id } } }');
    return { policy, phase, ms: performance.now() - begin, id: data?.chat?.meta.id ?? null, code: errors?.[0]?.extensions?.code ?? null };
  } catch (error) {
    return { policy, phase, ms: performance.now() - begin, id: null, code: `no answer: ${error instanceof Error ? String(error.cause ?? error) : ''}` };
  }
}

/** All ids of the ledger. */
async function recorded(port: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const from: string = after === null ? '' : `, after: "${after}"`;
    const { data } = await post<{ data: { calls: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } }>(port, ADMIN, `{ calls(first: 100${from}) { nodes { id } pageInfo { hasNextPage endCursor } } }`);
    ids.push(...data.calls.nodes.map(({ id }) => id));
    if (!data.calls.pageInfo.hasNextPage) return ids;
    after = data.calls.pageInfo.endCursor;
  }
}

async function run(engine: 'postgres' | 'redis', way: 'stop' | 'freeze'): Promise<boolean> {
  await using service: Service = engine === 'postgres' ? await startPostgres() : await startRedis();
  using place = mkdtempDisposableSync(join(tmpdir(), 'kanon-outage-'));
  const folder = place.path;
  const [port, vendorPort] = [await freePort(), await freePort()];
  const policy = { budget: { usd: 1_000_000, per: 'day' }, limits: { requestsPerMinute: 100_000, concurrent: 500 } };
  const config = {
    providers: { shop: { kind: 'openai', apiKey: 'none', baseUrl: `http://127.0.0.1:${vendorPort}/v1` } },
    models: { support: { operation: 'chat', targets: [{ provider: 'shop', model: 'canned', price: { input: 1, output: 10 } }] } },
    policies: { default: {}, ...Object.fromEntries(POLICIES.map((fail) => [fail, { ...policy, budgetFail: fail }])) },
    telemetry: { level: 'error' },
  };
  writeFileSync(join(folder, 'gateway.yaml'), stringify(config));
  const env = { KANON_ADMIN_KEY: ADMIN, KANON_SECRET: 'a secret of this benchmark', KANON_DATA: join(folder, 'data'), [engine === 'postgres' ? 'DATABASE_URL' : 'REDIS_URL']: service.url };
  await using vendor = await ServerProcess.start({ name: 'vendor', command: process.execPath, args: [new URL('../gateway/canned-vendor.ts', import.meta.url).pathname, String(vendorPort)], port: vendorPort });
  await using gateway = await ServerProcess.start({ name: 'gateway', command: process.execPath, args: [MAIN, 'serve', '--config', join(folder, 'gateway.yaml'), '--port', String(port)], port, env });
  const keys = Object.fromEntries(POLICIES.map((name) => [name, createKey(name, folder, env)]));
  for (const name of POLICIES) for (let i = 0; i < 50; i++) await ask(port, keys[name] ?? '', name, 'warming up').then(({ code }) => (code === null ? null : sleep(100)));
  const warm = (await recorded(port)).length;

  const answers: Promise<Answer>[] = [];
  const phase = async (name: string, ms: number): Promise<void> => {
    const begin = performance.now();
    for (let sent = 0; performance.now() - begin < ms; await sleep(5)) {
      for (const due = ((performance.now() - begin) / 1_000) * RATE; sent < due; sent++) answers.push(...POLICIES.map((policy) => ask(port, keys[policy] ?? '', policy, name)));
    }
  };
  await phase('before', AROUND_MS);
  const away = way === 'stop' ? service.stop() : service.freeze();
  await phase('during', seconds * 1_000);
  await away;
  if (way === 'stop') await service.start();
  else service.thaw();
  await phase('after', AROUND_MS);
  const all = await Promise.all(answers);

  let found: string[] = [];
  for (const until = performance.now() + SETTLED_MS; performance.now() < until && found.length < warm + all.length; await sleep(500)) found = await recorded(port).catch(() => []);
  const known = new Set(found);
  const lost = all.filter(({ id }) => id !== null && !known.has(id)).length;
  console.log(`\n${engine}, ${way} for ${seconds} s: ${all.length} calls, ${found.length - warm} in the ledger, ${found.length - known.size} twice, ${lost} lost that were answered; gateway ${gateway.rssMb().toFixed(0)} MB, vendor ${vendor.cpuMs()} ms`);
  console.table(POLICIES.flatMap((policy) => ['before', 'during', 'after'].map((phase) => row(all.filter((one) => one.policy === policy && one.phase === phase), policy, phase))));
  // What the client has no answer to may have come to the gateway or not.
  const answered = all.filter(({ code }) => code?.startsWith('no answer') !== true).length;
  return lost === 0 && found.length === known.size && found.length - warm >= answered;
}

function createKey(policy: Policy, cwd: string, env: Record<string, string>): string {
  const text = execFileSync(process.execPath, [MAIN, 'keys', 'create', '--app', policy, '--scopes', 'chat', '--policy', policy], { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  const [key] = /kn_\S+/.exec(text) ?? [];
  if (key === undefined) throw new Error(`no key was made: ${text}`);
  return key;
}

function row(answers: readonly Answer[], policy: Policy, phase: string): Record<string, string | number> {
  const ms = answers.map((one) => one.ms).toSorted((a, b) => a - b);
  const codes = [...new Set(answers.flatMap(({ code }) => code ?? []))];
  return { budgetFail: policy, phase, calls: ms.length, refused: answers.filter(({ code }) => code !== null).length, codes: codes.join(' '), median: percentile(ms, 0.5).toFixed(1), 'p99': percentile(ms, 0.99).toFixed(1), most: (ms.at(-1) ?? Number.NaN).toFixed(1) };
}

for (const engine of engines) for (const way of ways) if (!(await run(engine, way))) process.exitCode = 1;
