import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { start, type Running } from '../../cli/command.ts';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { ENGINES, makePlace, type Place } from '../../ledger/engines.ts';

/** How often each engine's gateway is killed. */
const KILLS = Number(process.env['KANON_TEST_KILLS'] ?? 3);
const KEY = 'kn_kill-test-key-of-at-least-32-characters';
const CALLERS = 20;
/** USD, with 10 tokens of an answer. */
const COST = 0.01;

let vendor: FakeVendor;
let folder: string;
let config: string;

beforeAll(async () => {
  vendor = await startFakeOpenAI(() => ({ ...answers({ text: 'One two three.', usage: { input: 100, output: 10 } }), delays: { beforeHeadersMs: Math.random() * 40 } }));
  folder = await mkdtemp(join(tmpdir(), 'kanon-kill-'));
  config = join(folder, 'gateway.yaml');
  await writeFile(
    config,
    stringify({
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { support: { operation: 'chat', targets: [{ provider: 'shop', model: 'gpt-test', price: { input: 0, output: 1_000 } }] } },
      policies: { default: { budget: { usd: 10_000, per: 'month' } } },
    }),
  );
});
afterAll(async () => {
  await vendor.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(place: Place): Promise<{ url: string; running: Running }> {
  const running = start(['serve', '--config', config, '--port', '0', '--data', place.dataDir], {
    KANON_ADMIN_KEY: KEY,
    KANON_SECRET: 'the secret of all that are killed',
    ...(place.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
  });
  const [, url = ''] = await running.says(/listens on (http:\/\/\S+)/);
  return { url, running };
}

async function query<T>(url: string, text: string): Promise<T> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }, body: JSON.stringify({ query: text }) });
  return ((await response.json()) as { data: T }).data;
}

/** Asks until the gateway is gone. @param ids gets those of all calls whose answer came */
async function askUntilGone(url: string, ids: string[]): Promise<void> {
  const caller = async (): Promise<void> => {
    for (;;) {
      const { chat } = await query<{ chat: { meta: { id: string } } }>(url, '{ chat(input: { maxTokens: 10, messages: [{ role: USER, content: [{ text: "Hello" }] }] }) { meta { id } } }');
      ids.push(chat.meta.id);
    }
  };
  await Promise.allSettled(Array.from({ length: CALLERS }, caller));
}

interface Row {
  calls: number;
  usage: { output: number };
  cost: { usd: number };
}

test.each(ENGINES)('every answer that a client saw outlives kill -9 of the gateway, once, on %s', { timeout: 40_000 * (KILLS + 1) }, async (engine) => {
  const place = await makePlace(engine);
  const seen: string[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const { url, running } = await serve(place);
      const ids: string[] = [];
      const asking = askUntilGone(url, ids);
      while (ids.length === 0) await sleep(5);
      await sleep(Math.random() * 700);
      running.process.kill('SIGKILL');
      await running.ended;
      await asking;
      seen.push(...ids);
    }
    const { url, running } = await serve(place);
    const representations = seen.map((id) => `{ __typename: "Call", id: "${id}" }`);
    for (let at = 0; at < seen.length; at += 100) {
      const { _entities } = await query<{ _entities: ({ id: string } | null)[] }>(url, `{ _entities(representations: [${representations.slice(at, at + 100).join(' ')}]) { ... on Call { id } } }`);
      expect(_entities.map((call) => call?.id)).toEqual(seen.slice(at, at + 100));
    }
    const { usage, viewer } = await query<{ usage: Row[]; viewer: { budgets: { spent: number; reserved: number }[] } }>(
      url,
      '{ usage(by: [APP], from: "2000-01-01T00:00:00Z") { calls usage { output } cost { usd } } viewer { budgets { spent reserved } } }',
    );
    const [row] = usage;
    const [budget] = viewer.budgets;
    const calls = row?.calls ?? 0;
    expect(seen.length).toBeGreaterThan(KILLS);
    expect(calls).toBeGreaterThanOrEqual(seen.length);
    // Each that is recorded was counted once, and what was under way was at most what all callers asked.
    expect(calls).toBeLessThanOrEqual(seen.length + KILLS * CALLERS);
    expect(row?.usage.output).toBe(calls * 10);
    expect(row?.cost.usd).toBeCloseTo(calls * COST, 9);
    expect(budget?.reserved).toBe(0);
    expect(budget?.spent).toBeGreaterThanOrEqual(calls * COST - 1e-9);
    expect(budget?.spent).toBeLessThanOrEqual((calls + KILLS * CALLERS) * COST + 1e-9);
    running.process.kill('SIGTERM');
    await running.ended;
  } finally {
    await place.remove();
  }
});
