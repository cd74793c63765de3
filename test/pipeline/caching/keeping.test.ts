import { writeFile } from 'node:fs/promises';
import { OpenAI } from 'openai';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import { answers, failsWith, startFakeOpenAI, tokens, withFaults, type FakeVendor, type Script } from '../../faults/index.ts';
import { ADMIN_KEY, TestGateway } from '../../harness/gateway.ts';
import { config } from './house.ts';

const open: { close(): Promise<void> }[] = [];
let vendor: FakeVendor;
beforeEach(async () => {
  vendor = await startFakeOpenAI((_, attempt) => answers(`Answer ${attempt}.`));
  open.push(vendor);
});
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function start(whole: Record<string, unknown> = config(vendor)): Promise<TestGateway> {
  const gateway = await TestGateway.start({ config: whole });
  open.push({ close: () => gateway[Symbol.asyncDispose]() });
  return gateway;
}

/** The text of an answer, or the code of an error, and what the header says of the cache. */
async function ask(gateway: TestGateway, body: Record<string, unknown> = {}): Promise<[string | null | undefined, string | null]> {
  const answer = await gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'kept', messages: [{ role: 'user', content: 'The same question' }], ...body }),
  });
  const said = (await answer.json()) as { choices?: { message: { content: string | null } }[] };
  return [answer.ok ? said.choices?.[0]?.message.content : answer.headers.get('x-kanon-error'), answer.headers.get('x-kanon-cache')];
}

test.each<[string, Script]>([
  ['an error', (_, attempt) => (attempt === 1 ? failsWith(400) : answers('At last.'))],
  ['an answer that was cut', (_, attempt) => (attempt === 1 ? withFaults(tokens(5), { kind: 'cut', afterTokens: 2 }) : answers('At last.'))],
  ['an answer that reached its length', (_, attempt) => answers(attempt === 1 ? { text: 'Half an', finish: 'length' } : 'At last.')],
  ['an answer that was filtered', (_, attempt) => answers(attempt === 1 ? { text: 'Half an', finish: 'content_filter' } : 'At last.')],
  ['a refusal', (_, attempt) => answers(attempt === 1 ? { refusal: 'No.' } : 'At last.')],
])('%s is not kept', async (_, script) => {
  vendor.behave(script);
  const gateway = await start();
  await ask(gateway);
  expect(await ask(gateway)).toEqual(['At last.', 'miss']);
  expect(await ask(gateway)).toEqual(['At last.', 'hit']);
});

test('an answer that was put together of two is not kept', async () => {
  vendor.behave((_, attempt) => (attempt === 1 ? withFaults(tokens(6, { betweenTokensMs: 5 }), { kind: 'cut', afterTokens: 3 }) : tokens(6)));
  const rescued = config(vendor);
  const gateway = await start({ ...rescued, models: { kept: { operation: 'chat', cache: { ttl: '10m' }, route: { retries: 1 }, targets: [{ provider: 'vendor', model: 'gpt-test' }] } } });
  const client = new OpenAI({ apiKey: ADMIN_KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const stream = async () => (await client.chat.completions.stream({ model: 'kept', messages: [{ role: 'user', content: 'The same question' }] }).finalChatCompletion()).choices[0]?.message.content;
  expect(await stream()).toBe('w1 w2 w3 w4 w5 w6');
  expect(vendor.requests).toHaveLength(2);
  expect(await ask(gateway)).toEqual(['w1 w2 w3 w4 w5 w6', 'miss']);
  expect(await ask(gateway)).toEqual(['w1 w2 w3 w4 w5 w6', 'hit']);
});

test('an answer that nobody waited for is not kept', async () => {
  vendor.behave(tokens(50, { betweenTokensMs: 20 }));
  const gateway = await start();
  const client = new OpenAI({ apiKey: ADMIN_KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  for await (const _ of await client.chat.completions.create({ model: 'kept', messages: [{ role: 'user', content: 'The same question' }], stream: true })) break;
  vendor.behave(answers('Whole.'));
  expect(await ask(gateway)).toEqual(['Whole.', 'miss']);
});

test('an answer that is too long is not kept', async () => {
  vendor.behave((_, attempt) => answers(attempt < 3 ? 'long '.repeat(300) : 'short'));
  const gateway = await start(config(vendor, { ttl: '10m', maxEntryBytes: '1KiB' }));
  await ask(gateway);
  expect((await ask(gateway))[1]).toBe('miss');
  expect(await ask(gateway)).toEqual(['short', 'miss']);
  expect(await ask(gateway)).toEqual(['short', 'hit']);
});

test('an answer that alone is more than the memory may hold drives out no other', async () => {
  vendor.behave((request) => answers(JSON.stringify(request.body).includes('long') ? 'long '.repeat(2_000) : 'short'));
  const gateway = await start({ ...config(vendor), server: { cache: { maxBytes: '2KiB' } } });
  const about = async (content: string) => (await ask(gateway, { messages: [{ role: 'user', content }] }))[1];
  expect([await about('brief'), await about('long'), await about('long'), await about('brief')]).toEqual(['miss', 'miss', 'miss', 'hit']);
});

test('the memory is bounded, and what was not asked for the longest goes first', async () => {
  const gateway = await start({ ...config(vendor), server: { cache: { maxEntries: 2 } } });
  const about = async (content: string) => (await ask(gateway, { messages: [{ role: 'user', content }] }))[1];
  expect([await about('a'), await about('b'), await about('a'), await about('c'), await about('a'), await about('b')]).toEqual(['miss', 'miss', 'hit', 'miss', 'hit', 'miss']);
});

test('an answer is given for as long as the config says', async () => {
  const gateway = await start(config(vendor, { ttl: '3s' }));
  expect(await ask(gateway)).toEqual(['Answer 1.', 'miss']);
  expect((await ask(gateway))[0]).toBe('Answer 1.');
  await vi.waitFor(async () => expect(await ask(gateway)).toEqual(['Answer 2.', 'miss']), { timeout: 20_000, interval: 200 });
});

test('a model that has become another gives answers of its own', async () => {
  const gateway = await start();
  const reload = async (next: Record<string, unknown>): Promise<void> => {
    await writeFile(gateway.configPath, stringify(next));
    await gateway.gateway.reload(await loadConfig(gateway.configPath, {}));
  };
  expect(await ask(gateway)).toEqual(['Answer 1.', 'miss']);
  const after = config(vendor);
  await reload({ ...after, policies: { default: { scopes: ['*'], mask: ['EMAIL'], limits: { requestsPerMinute: 1_000 } } } });
  expect(await ask(gateway)).toEqual(['Answer 1.', 'hit']);
  await reload({ ...after, models: { kept: { operation: 'chat', cache: { ttl: '10m' }, targets: [{ provider: 'vendor', model: 'gpt-other' }] } } });
  expect(await ask(gateway)).toEqual(['Answer 2.', 'miss']);
  await reload(after);
  expect(await ask(gateway)).toEqual(['Answer 1.', 'hit']);
});

test('what the vendor itself does for an answer is done every time', async () => {
  const gateway = await start({ ...config(vendor), policies: { default: { scopes: ['*'], vendorTools: true } } });
  expect((await ask(gateway, { web_search_options: {} }))[1]).toBe('bypass');
  expect(await ask(gateway, { web_search_options: {} })).toEqual(['Answer 2.', 'bypass']);
});

test('what should have been masked and was not is not kept', async () => {
  const gateway = await start({ ...config(vendor), policies: { default: { scopes: ['*'], mask: ['EMAIL'], maskFail: 'open' } } });
  const file = { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${Buffer.from('%PDF-1.4 ann@example.com').toString('base64')}` } };
  const body = { messages: [{ role: 'user', content: [{ type: 'text', text: 'Read it' }, file] }] };
  expect(await ask(gateway, body)).toEqual(['Answer 1.', 'bypass']);
  expect(await ask(gateway, body)).toEqual(['Answer 2.', 'bypass']);
});

test('values that are gone for good may be anything: the answer is the same for all of them', async () => {
  vendor.behave(answers('Written to [EMAIL].'));
  const gateway = await start({ ...config(vendor), policies: { default: { scopes: ['*'], mask: [{ kind: 'EMAIL', mode: 'redact' }] } } });
  const to = (address: string) => ask(gateway, { messages: [{ role: 'user', content: `Write to ${address}` }] });
  expect([await to('ann@example.com'), await to('bob@example.net')]).toEqual([['Written to [EMAIL].', 'miss'], ['Written to [EMAIL].', 'hit']]);
});

test('a kept answer passes the guardrails again, as they are now', async () => {
  const gateway = await start();
  expect(await ask(gateway)).toEqual(['Answer 1.', 'miss']);
  const guardrails = [{ kind: 'words', words: ['Answer'], mode: 'rewrite', on: ['output'] }];
  await writeFile(gateway.configPath, stringify({ ...config(vendor), policies: { default: { scopes: ['*'], mask: ['EMAIL'], guardrails } } }));
  await gateway.gateway.reload(await loadConfig(gateway.configPath, {}));
  expect(await ask(gateway)).toEqual(['[removed] 1.', 'hit']);
});

test('a kept answer is a request, and takes no money', async () => {
  vendor.behave(answers({ text: 'Answer.', usage: { input: 1_000, output: 500 } }));
  const budget = [{ usd: 100, per: 'day' }, { requests: 100, per: 'day' }, { tokens: 100_000, per: 'day' }];
  const gateway = await start({ ...config(vendor), policies: { default: { scopes: ['*'], mask: ['EMAIL'], budget } } });
  const spent = async () => {
    const { data } = await gateway.query<{ viewer: { budgets: { unit: string; spent: number; reserved: number }[] } }>('{ viewer { budgets { unit spent reserved } } }');
    return Object.fromEntries(data?.viewer.budgets.map((each) => [each.unit, [each.spent, each.reserved]]) ?? []);
  };
  await ask(gateway);
  expect(await spent()).toEqual({ USD: [0.002, 0], REQUESTS: [1, 0], TOKENS: [1_500, 0] });
  await ask(gateway);
  expect(await spent()).toEqual({ USD: [0.002, 0], REQUESTS: [2, 0], TOKENS: [1_500, 0] });
});

test('a kept answer that is longer than what was reserved for it is given whole', async () => {
  vendor.behave(answers({ text: 'word '.repeat(5_000), usage: { input: 10, output: 5_000 } }));
  const gateway = await start({ ...config(vendor), policies: { default: { scopes: ['*'], mask: ['EMAIL'], budget: { tokens: 10_000, per: 'day' } } } });
  const [first] = await ask(gateway);
  const [second, look] = await ask(gateway);
  expect(look).toBe('hit');
  expect(second).toBe(first);
});
