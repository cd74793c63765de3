import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  folder = await mkdtemp(join(tmpdir(), 'kanon-leak-'));
  const path = join(folder, 'gateway.yaml');
  const targets = [{ provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } }];
  await writeFile(
    path,
    stringify({
      providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { replies: { operation: 'chat', route: { retries: 0, firstTokenMs: 10_000, idleMs: 10_000 }, targets } },
    }),
  );
  const sink = { write: (line: string) => void (log += line) };
  gateway = await Gateway.start({ loaded: await loadConfig(path, {}), host: '127.0.0.1', port: 0, dataDir: join(folder, 'data'), dev: false, adminKey: ADMIN_KEY, log: pino({ level: 'trace' }, sink) });
});
afterAll(async () => {
  await gateway.close();
  await vendor.close();
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

test.each(Object.entries(VENDORS))('a vendor that %s: the value is with the caller alone', async (_, behave) => {
  vendor.behave(behave);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(secret, filler), { minLength: 1, maxLength: 6 }), async (pieces) => {
      vendor.reset();
      log = '';
      const text = pieces.flat().join('');
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` },
        body: JSON.stringify({ query: 'query ($text: String!) { chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) { text } }', variables: { text } }),
      });
      const { data, errors } = (await response.json()) as { data?: { chat: { text: string } } | null; errors?: unknown };
      const elsewhere = { vendor: JSON.stringify(vendor.requests.map(({ body }) => body)), log, errors: JSON.stringify(errors ?? null) };
      const leaks = pieces.flatMap(([value]) => Object.entries(elsewhere).filter(([, seen]) => seen.includes(value)).map(([place]) => `${value} in ${place}`));
      expect(leaks).toEqual([]);
      // An answer that came reads as the text that was sent.
      expect([text, undefined]).toContain(data?.chat.text);
    }),
    { numRuns: 40 },
  );
});
