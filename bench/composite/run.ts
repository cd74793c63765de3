/**
 * What a composite of four backends of 50 ms each adds to the slowest of them, for one caller and for many at once:
 * vendor and gateway in processes of their own. Turn by turn in one run; take it on a quiet machine.
 * `node bench/composite/run.ts [--rounds 5] [--callers 1,50] [--cpu-prof FOLDER]`, under a minute.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { load, median, percentile, type LoadRequest } from '../lib/load.ts';
import { ServerProcess } from '../lib/server-process.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, callers: { type: 'string', default: '1,50' }, 'cpu-prof': { type: 'string' } } });
const BACKEND_MS = 50;
const VENDOR_PORT = 18_380;
const PORT = 18_381;
const KEY = 'kn_bench-key-of-the-operator-0123456789';
/** Least composites that are asked for in one turn, and that each caller asks for. */
const [LEAST, EACH] = [20, 4];
/** Requests of each kind before anything is measured, and how many at once: until V8 has compiled what is hot. */
const WARM_UP = { requests: 2_000, concurrency: 40 };
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await using stack = new AsyncDisposableStack();
stack.use(await ServerProcess.start({ name: 'vendor', command: process.execPath, args: [here('vendor.ts'), String(VENDOR_PORT), String(BACKEND_MS)], port: VENDOR_PORT }));
const gateway = stack.use(await startGateway());

async function startGateway(): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kanon-composite-'));
  const model = (operation: string) => ({ operation, targets: [{ provider: 'canned', model: operation, price: { input: 1, output: 2 } }] });
  // Pictures are not masked: to read one on this machine takes longer than all the backends.
  const config = {
    providers: { canned: { kind: 'openai', apiKey: 'sk', baseUrl: `http://127.0.0.1:${VENDOR_PORT}/v1` } },
    models: { replies: model('chat'), feeling: model('sentiment'), eyes: model('vision'), vectors: model('embed') },
    policies: { default: { scopes: ['chat', 'sentiment', 'vision', 'embed'], mask: ['EMAIL', 'CARD', 'IBAN', 'IP', 'API_KEY'], maskImages: false, budget: { usd: 100_000, per: 'day' }, limits: { requestsPerMinute: 10_000_000 } } },
    telemetry: { level: 'warn' },
  };
  writeFileSync(join(folder, 'gateway.yaml'), JSON.stringify(config));
  const profile = values['cpu-prof'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`];
  const args = [...profile, here('../../bin/kanon.js'), 'serve', '--config', join(folder, 'gateway.yaml'), '--data', join(folder, 'data'), '--port', String(PORT)];
  return ServerProcess.start({ name: 'Kanon', command: process.execPath, args, port: PORT, env: { KANON_ADMIN_KEY: KEY } });
}

const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 200, g: 40, b: 40 } } }).png().toBuffer();
const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };

function composite(selection: string, images = true): LoadRequest {
  const query = `query ($input: MultimodalInput!) { multimodal(input: $input) { ${selection} } }`;
  const input = { text: 'My coffee was cold. Please write to jane@example.com.', ...(images && { images: [{ base64: picture.toString('base64') }] }) };
  return { port: PORT, path: '/graphql', headers, body: JSON.stringify({ query, variables: { input } }) };
}

const BRANCHES = { chat: 'chat { text }', sentiment: 'sentiment { label }', vision: 'vision { text }', embed: 'embed { dimensions }' };
const ALL = Object.values(BRANCHES).join(' ');
const rows: Record<string, { request: LoadRequest; expect: string }> = {
  'the vendor alone': { request: { port: VENDOR_PORT, path: '/v1/chat/completions', headers, body: JSON.stringify({ model: 'chat' }) }, expect: 'We are sorry' },
  ...Object.fromEntries(Object.entries(BRANCHES).map(([name, selection]) => [`${name} alone`, { request: composite(selection, name === 'vision'), expect: `"${name}"` }])),
  'four branches': { request: composite(ALL), expect: '"dimensions"' },
  'four branches with meta': { request: composite(`${ALL} meta { cost { usd } durationMs }`), expect: '"usd"' },
};

for (const { request, expect } of Object.values(rows)) await load(request, { ...WARM_UP, expect });
for (const callers of values.callers.split(',').map(Number)) {
  const measured = new Map<string, { medians: number[]; tails: number[]; cpu: number[] }>();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, { request, expect }] of Object.entries(rows)) {
      const cpuMs = gateway.cpuMs();
      const requests = Math.max(LEAST, callers * EACH);
      const { latencies } = await load(request, { requests, concurrency: callers, expect });
      const row = measured.get(name) ?? { medians: [], tails: [], cpu: [] };
      measured.set(name, row);
      row.medians.push(percentile(latencies, 0.5));
      row.tails.push(percentile(latencies, 0.95));
      row.cpu.push(((gateway.cpuMs() - cpuMs) * 1_000) / requests);
    }
  }
  const slowest = Math.max(...Object.keys(BRANCHES).map((name) => median(measured.get(`${name} alone`)?.medians ?? [])));
  console.log(`${callers} at once`);
  for (const [name, { medians, tails, cpu }] of measured) {
    const over = (median(medians) - slowest).toFixed(1);
    console.log(`  ${name.padEnd(26)} p50 ${median(medians).toFixed(1).padStart(6)} ms   p95 ${median(tails).toFixed(1).padStart(6)} ms   CPU ${median(cpu).toFixed(0).padStart(6)} us   over the slowest branch: ${over} ms`);
  }
}
