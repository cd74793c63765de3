import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { start } from '../../cli/command.ts';
import { answers, failsWith, startFakeOpenAI, tokens, withFaults, type FakeVendor } from '../../faults/index.ts';
import { findInFolder } from '../../harness/bytes.ts';
import { ENGINES, makePlace } from '../../ledger/engines.ts';

const KEY = 'kn_nowhere-test-key-of-at-least-32-characters';
/** Of prompts, answers, tools and what vendors say of them. */
const WORDS = ['Semmelknoedel', 'Apfelstrudel', 'Powidltascherl', 'Zwetschkenroester'];

let vendor: FakeVendor;
let folder: string;

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  folder = await mkdtemp(join(tmpdir(), 'kanon-nowhere-'));
});
afterAll(async () => {
  await vendor.close();
  await rm(folder, { recursive: true, force: true });
});

async function query(url: string, text: string, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }, body: JSON.stringify({ query: text }) };
  const response = await fetch(url, signal === undefined ? init : { ...init, signal });
  return (await response.json()) as Record<string, unknown>;
}

/** Which of the words stand in any value of any table, as text or in its bytes. */
async function findInTables(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const found: string[] = [];
  let payloads = 0;
  const { rows: tables } = await client.query<{ name: string }>("select table_name as name from information_schema.tables where table_schema = 'public'");
  for (const { name } of tables) {
    const { rows } = await client.query<Record<string, unknown>>(`select * from ${name}`);
    if (name === 'call_payloads') payloads = rows.length;
    for (const value of rows.flatMap((row) => Object.values(row))) {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
      found.push(...WORDS.filter((word) => bytes.includes(word)).map((word) => `${word} in ${name}`));
    }
  }
  await client.end();
  // Something was kept, or nothing could have been found.
  expect(payloads).toBeGreaterThan(2);
  return found;
}

test.each(ENGINES)('nothing of what was said stands in the log, the data folder or a table, while all of it is kept, on %s', { timeout: 90_000 }, async (engine) => {
  const config = join(folder, `${engine}.yaml`);
  const support = { operation: 'chat', route: { retries: 0, idleMs: '1s' }, targets: [{ provider: 'shop', model: 'gpt-test' }] };
  await writeFile(
    config,
    stringify({
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url }, here: { kind: 'local' } },
      models: { support, mood: { operation: 'sentiment', targets: [{ provider: 'here', model: 'lexicon' }] } },
      policies: { default: { scopes: ['*'], payloads: { store: true } } },
      telemetry: { level: 'trace' },
    }),
  );
  const place = await makePlace(engine);
  try {
    const env = { KANON_ADMIN_KEY: KEY, KANON_SECRET: 'the secret of what is found nowhere', ...(place.databaseUrl !== undefined && { DATABASE_URL: place.databaseUrl }) };
    const running = start(['serve', '--config', config, '--port', '0', '--data', place.dataDir], env);
    const [, url = ''] = await running.says(/listens on (http:\/\/\S+)/);
    const chat = (more = '') => `{ chat(input: { messages: [{ role: USER, content: [{ text: "Is there Semmelknoedel?" }] }] ${more} }) { text } }`;

    vendor.behave(answers('There is Apfelstrudel.'));
    expect(await query(url, chat())).toMatchObject({ data: { chat: { text: 'There is Apfelstrudel.' } } });
    vendor.behave(answers({ toolCalls: [{ name: 'Powidltascherl', arguments: { of: 'Zwetschkenroester' } }] }));
    await query(url, chat('tools: [{ name: "Powidltascherl", description: "Zwetschkenroester", parameters: { type: "object" } }]'));
    // What fails says more than what does not: refused by the vendor, cut, garbled, left.
    vendor.behave(failsWith(400, { error: { message: 'Semmelknoedel is no food' } }));
    expect(await query(url, chat())).toHaveProperty('errors');
    vendor.behave(failsWith(500, { body: 'Apfelstrudel is out' }));
    await query(url, chat());
    for (const fault of [{ kind: 'cut', afterTokens: 3 }, { kind: 'garble', token: 2 }, { kind: 'stall', afterTokens: 2 }] as const) {
      vendor.behave(withFaults(tokens(9, {}, { text: ['There', ' is', ' Apfelstrudel', ' with', ' Zwetschkenroester'] }), fault));
      await query(url, chat());
    }
    vendor.behave(answers('Apfelstrudel', { beforeHeadersMs: 30_000 }));
    await query(url, chat(), AbortSignal.timeout(500)).catch(() => null);
    await query(url, '{ sentiment(input: { text: "The Semmelknoedel was terrible." }) { label } }');
    await query(url, '{ chat(input: { messages: [{ role: USER, content: [{ text: "Semmelknoedel" }] }], Apfelstrudel: 1 }) { text } }');

    expect(JSON.stringify(await query(url, '{ calls { nodes { payload { prompt answer } } } }'))).toContain('Apfelstrudel');
    // While it runs, with what is not yet written over; and after its end.
    expect(await findInFolder(place.dataDir, WORDS)).toEqual([]);
    running.process.kill('SIGTERM');
    await running.ended;
    expect(await findInFolder(place.dataDir, WORDS)).toEqual([]);
    if (place.databaseUrl !== undefined) expect(await findInTables(place.databaseUrl)).toEqual([]);
    const log = running.stdout() + running.stderr();
    expect(log).toContain('"requestId"');
    expect(WORDS.filter((word) => log.includes(word))).toEqual([]);
  } finally {
    await place.remove();
  }
});
