import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadRequest } from '../lib/load.ts';
import { ServerProcess } from '../lib/server-process.ts';
import type { Row } from './measure.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MAIN = fileURLToPath(new URL('../../bin/kanon.js', import.meta.url));
const KEY = 'kn_bench-key-of-the-operator-0123456789';
/** Instances that share a database must have the same. */
const SHARED_SECRET = 'a-secret-of-this-benchmark-only';
const PROMPT = 'My kettle leaks and nobody calls me back. Please write to me at jane@example.com about a new one.';

function rest(port: number, model: string, headers: Record<string, string>, stream: boolean): LoadRequest {
  const body = { model, messages: [{ role: 'user', content: PROMPT }], ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}) };
  return { port, path: '/v1/chat/completions', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function graphql(port: number): LoadRequest {
  const query = 'query ($input: ChatInput!) { chat(input: $input) { text finishReason meta { id usage { input output } cost { usd } } } }';
  const variables = { input: { messages: [{ role: 'USER', content: [{ text: PROMPT }] }] } };
  return { port, path: '/graphql', headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }, body: JSON.stringify({ query, variables }) };
}

function subscription(port: number): LoadRequest {
  const query = 'subscription ($input: ChatInput!) { chat(input: $input) { ... on ChatDelta { sequence text } ... on ChatDone { text finishReason } ... on ChatError { code } } }';
  const variables = { input: { messages: [{ role: 'USER', content: [{ text: PROMPT }] }] } };
  return {
    port,
    path: '/graphql',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ query, variables }),
  };
}

export function startVendor(port: number, delayMs: number, events: number): Promise<ServerProcess> {
  return ServerProcess.start({ name: 'vendor', command: process.execPath, args: [join(HERE, 'canned-vendor.ts'), String(port), String(delayMs), String(events)], port });
}

export async function startProxy(port: number, vendorPort: number): Promise<Row> {
  const server = await ServerProcess.start({ name: 'node:http proxy', command: process.execPath, args: [join(HERE, 'node-proxy.ts'), String(port), String(vendorPort)], port });
  return { name: 'node:http proxy', server, whole: rest(port, 'canned', {}, false), streamed: rest(port, 'canned', {}, true), loopDelayMs: null };
}

/** The vendor without anything before it. */
export function startDirect(vendorPort: number): Omit<Row, 'server'> {
  return { name: 'the vendor alone', whole: rest(vendorPort, 'canned', {}, false), streamed: rest(vendorPort, 'canned', {}, true), loopDelayMs: null };
}

/** One worker that passes requests on over connections that are kept; null where nginx is not installed. */
export async function startNginx(port: number, vendorPort: number): Promise<Row[] | null> {
  const command = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx'].find((path) => existsSync(path));
  if (command === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), 'kanon-bench-nginx-'));
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      keepalive_requests 1000000;
      upstream vendor { server 127.0.0.1:${vendorPort}; keepalive 256; keepalive_requests 1000000; }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
      }
    }`,
  );
  const server = await ServerProcess.start({ name: 'nginx', command, args: ['-c', config, '-p', folder], port });
  return [{ name: 'nginx proxy_pass', server, whole: rest(port, 'canned', {}, false), streamed: rest(port, 'canned', {}, true), loopDelayMs: null }];
}

/** Null where it is not installed (`npm install --prefix bench --ignore-scripts`). */
export async function startPortkey(port: number, vendorPort: number): Promise<Row[] | null> {
  let script: string;
  try {
    script = createRequire(import.meta.url).resolve('@portkey-ai/gateway/build/start-server.js');
  } catch {
    return null;
  }
  const server = await ServerProcess.start({ name: 'Portkey', command: process.execPath, args: [script, `--port=${port}`, '--headless'], port });
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${vendorPort}/v1`, authorization: 'Bearer sk-canned' };
  return [{ name: 'Portkey', server, whole: rest(port, 'canned', headers, false), streamed: rest(port, 'canned', headers, true), loopDelayMs: null }];
}

/**
 * Two rows of one Kanon: REST and GraphQL. `everything` adds masking, a limit and a budget to what every call has: key,
 * scopes, ledger, metrics.
 * @param databaseUrl of a PostgreSQL that several share
 */
export async function startKanon(port: number, vendorPort: number, everything: boolean, databaseUrl?: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kanon-bench-'));
  const config = join(folder, 'gateway.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      providers: { canned: { kind: 'openai', apiKey: 'sk-canned', baseUrl: `http://127.0.0.1:${vendorPort}/v1` } },
      // As the peers do: a whole answer is asked for whole.
      models: { canned: { operation: 'chat', route: { askInPieces: 'never' }, targets: [{ provider: 'canned', model: 'canned', price: { input: 1, output: 2 } }] } },
      policies: { default: { scopes: ['chat'], mask: [], ...(everything ? { mask: ['EMAIL', 'CARD', 'IBAN', 'IP', 'API_KEY'], budget: { usd: 100_000, per: 'day' }, limits: { requestsPerMinute: 10_000_000 } } : {}) } },
      telemetry: { level: 'warn' },
    }),
  );
  const name = everything ? 'Kanon, all on' : 'Kanon, routing only';
  const server = await ServerProcess.start({
    name,
    command: process.execPath,
    args: [MAIN, 'serve', '--config', config, '--data', join(folder, 'data'), '--port', String(port)],
    port,
    env: { KANON_ADMIN_KEY: KEY, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl, KANON_SECRET: SHARED_SECRET }) },
  });
  const headers = { authorization: `Bearer ${KEY}` };
  const loopDelayMs = loopDelayOf(port);
  return [
    { name: `${name}, REST`, server, whole: rest(port, 'canned', headers, false), streamed: rest(port, 'canned', headers, true), loopDelayMs },
    { name: `${name}, GraphQL`, server, whole: graphql(port), streamed: subscription(port), loopDelayMs },
  ];
}

/** Node's histogram counts the 10 ms between two looks; prom-client begins it anew when it is read. */
const BETWEEN_LOOKS_MS = 10;

function loopDelayOf(port: number): () => Promise<number> {
  return async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${KEY}` } })).text();
    const [, seconds] = /^kanon_nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text) ?? [];
    return Math.max(0, Number(seconds) * 1_000 - BETWEEN_LOOKS_MS);
  };
}
