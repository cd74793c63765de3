import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import { Gateway } from '../../../src/gateway.ts';
import { answers, failsWith, startFakeOpenAI, type FakeVendor, type PartialBehaviour } from '../../faults/index.ts';
import type { RecordedRequest } from '../../faults/fake-vendor.ts';
import { ADMIN_KEY } from '../../harness/gateway.ts';

let vendor: FakeVendor;
let gateway: Gateway;
let folder = '';
let log = '';
let collector: Server;
/** All that the collector of traces was sent. */
let traces = '';
/** Every value that was ever sent. */
const sent = new Set<string>();
/** Refused before a vendor is asked. */
const FORBIDDEN = 'forbidden';

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  collector = createServer((request, response) => {
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (traces += piece));
    request.on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'kanon-leak-'));
  const path = join(folder, 'gateway.yaml');
  const targets = [{ provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } }];
  await writeFile(
    path,
    stringify({
      providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { replies: { operation: 'chat', route: { retries: 0, firstTokenMs: 10_000, idleMs: 10_000 }, targets } },
      policies: { default: { mask: ['EMAIL', 'CARD', 'IBAN'], payloads: { store: true }, guardrails: [{ kind: 'words', words: [FORBIDDEN], on: ['input'] }] } },
      telemetry: { otlp: { endpoint: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` } },
    }),
  );
  const sink = { write: (line: string) => void (log += line) };
  gateway = await Gateway.start({ loaded: await loadConfig(path, {}), host: '127.0.0.1', port: 0, dataDir: join(folder, 'data'), dev: false, adminKey: ADMIN_KEY, log: pino({ level: 'trace' }, sink) });
});
afterAll(async () => {
  await gateway.close();
  await vendor.close();
  collector.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a vendor may do with the text that it was sent. */
const VENDORS: Record<string, (request: RecordedRequest) => PartialBehaviour> = {
  'repeats it': ({ body }) => answers(promptOf(body)),
  'refuses it and says why': ({ body }) => failsWith(400, { error: { message: `Bad input: ${promptOf(body)}` } }),
  'breaks down over it': ({ body }) => failsWith(500, { error: { message: promptOf(body) } }),
  'finds it too long': ({ body }) => failsWith(400, { error: { message: promptOf(body), code: 'context_length_exceeded' } }),
};

function promptOf(body: Readonly<Record<string, unknown>>): string {
  const [message] = (body['messages'] ?? []) as { content: string }[];
  return message?.content ?? '';
}

const secret = fc.oneof(
  fc.stringMatching(/^[a-z]{3,12}\.[a-z]{3,12}$/).map((name) => `${name}@example.org`),
  fc.constantFrom('4111 1111 1111 1111', '5500-0055-5555-5559', 'DE89 3704 0044 0532 0130 00', 'GB29NWBK60161331926819'),
);
const filler = fc.constantFrom(' is mine, ', '\nand ', ' — ', ', 🙂 ', '. Send it to ', ' or (', ') [EMAIL_1] ', ': ');

interface Answer {
  /** Undefined where there is none. */
  text: string | undefined;
  errors: string;
}

const MESSAGE = 'input: { messages: [{ role: USER, content: [{ text: $text }] }] }';

/** The ways to ask, and what the caller reads. */
const DOORS: Record<string, (text: string) => Promise<Answer>> = {
  'POST': async (text) => {
    const { data, errors } = JSON.parse(await post('/graphql', { query: `query ($text: String!) { chat(${MESSAGE}) { text } }`, variables: { text } })) as { data?: { chat: { text: string } } | null; errors?: unknown };
    return { text: data?.chat.text, errors: JSON.stringify(errors ?? null) };
  },
  'server-sent events': async (text) => {
    const query = `subscription ($text: String!) { chat(${MESSAGE}) { __typename ... on ChatDelta { text } ... on ChatError { code message } } }`;
    const stream = await post('/graphql', { query, variables: { text } }, 'text/event-stream');
    const events = [...stream.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => (JSON.parse(data) as { data: { chat: { __typename: string; text?: string } } }).data.chat);
    const failed = events.filter(({ __typename }) => __typename === 'ChatError');
    return { text: failed.length > 0 ? undefined : events.map((event) => event.text ?? '').join(''), errors: JSON.stringify(failed) };
  },
  'the REST facade': async (text) => {
    const { choices, error } = JSON.parse(await post('/v1/chat/completions', { model: 'replies', messages: [{ role: 'user', content: text }] })) as { choices?: { message: { content: string } }[]; error?: unknown };
    return { text: choices?.[0]?.message.content, errors: JSON.stringify(error ?? null) };
  },
};

async function post(path: string, body: object, accept = 'application/json'): Promise<string> {
  const response = await fetch(gateway.url + path, { method: 'POST', headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` }, body: JSON.stringify(body) });
  return response.text();
}

const CASES = Object.entries(VENDORS).flatMap(([name, behave]) => Object.entries(DOORS).map(([door, ask]) => [name, door, behave, ask] as const));

test.each(CASES)('a vendor that %s, asked by %s: the value is with the caller alone', async (_, _door, behave, ask) => {
  vendor.behave(behave);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(secret, filler), { minLength: 1, maxLength: 6 }), fc.boolean(), async (pieces, forbidden) => {
      vendor.reset();
      log = '';
      const text = pieces.flat().join('') + (forbidden ? ` ${FORBIDDEN}` : '');
      const { text: answer, errors } = await ask(text);
      const elsewhere = { vendor: JSON.stringify(vendor.requests.map(({ body }) => body)), log, errors };
      const leaks = pieces.flatMap(([value]) => Object.entries(elsewhere).filter(([, seen]) => seen.includes(value)).map(([place]) => `${value} in ${place}`));
      expect(leaks).toEqual([]);
      for (const [value] of pieces) sent.add(value);
      if (forbidden) expect(vendor.requests).toEqual([]);
      // An answer that came reads as the text that was sent.
      expect([text, undefined]).toContain(answer);
    }),
    { numRuns: 15 },
  );
});

test('nor is any of them in the traces, the metrics, or anything that was written down', async () => {
  const metrics = await (await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } })).text();
  const trail = log;
  // What waits to be written or sent is, before it closes.
  await gateway.close();
  const files = (await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const written = Buffer.concat(await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))));
  // They are where they should be, so that there was something to find.
  expect(traces).toContain('chat replies');
  expect(metrics).toContain('model="replies"');
  for (const row of ['guardrail words input', 'call.refused', 'replies']) expect(written.includes(row), row).toBe(true);
  expect(sent.size).toBeGreaterThan(50);
  const leaks = [...sent].filter((value) => traces.includes(value) || metrics.includes(value) || trail.includes(value) || written.includes(value));
  expect(leaks).toEqual([]);
});
