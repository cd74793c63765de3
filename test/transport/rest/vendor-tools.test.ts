import type { ContentBlockParam, MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, withFaults } from '../../faults/index.ts';
import { PRICE, TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
let guardedKey: string;
let closedKey: string;
beforeAll(async () => {
  const route = { retries: 0, totalMs: 60_000, firstTokenMs: 10_000, idleMs: 10_000, rescue: 'splice' };
  const claude = { provider: 'anthropic', model: 'claude-test', price: PRICE };
  const gpt = { provider: 'openai', model: 'gpt-test', price: PRICE };
  vendors = await TwoVendors.start({
    policies: {
      default: { scopes: ['*'], mask: ['EMAIL'], vendorTools: ['web_search', 'code_execution'], anthropicBetas: ['files-api-2025-04-14'] },
      closed: { scopes: ['*'], mask: [] },
      guarded: { scopes: ['*'], mask: [], vendorTools: true, guardrails: [{ kind: 'words', on: ['output'], words: ['hunter2'], mode: 'block' }] },
    },
    models: {
      claude: { operation: 'chat', route, targets: [claude] },
      priced: { operation: 'chat', route, targets: [{ ...claude, toolPrices: { web_search: 0.01 } }] },
      gpt: { operation: 'chat', route, targets: [gpt] },
      gptFirst: { operation: 'chat', route, targets: [gpt, claude] },
      twice: { operation: 'chat', route, targets: [claude, { ...claude, model: 'claude-second' }] },
    },
  });
  closedKey = await vendors.issueKey({ app: 'closed', scopes: ['*'], policy: 'closed' });
  guardedKey = await vendors.issueKey({ app: 'guarded', scopes: ['*'], policy: 'guarded' });
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const searching = (query: string) => ({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query }, caller: { type: 'direct' } });
const found = {
  type: 'web_search_tool_result',
  tool_use_id: 'srvtoolu_1',
  caller: { type: 'direct' },
  content: [{ type: 'web_search_result', url: 'https://news.example/a', title: 'News', encrypted_content: 'YW5uQGV4YW1wbGUuY29t', page_age: null }],
};
const cited = { type: 'web_search_result_location', url: 'https://news.example/a', title: 'News', encrypted_index: 'aWR4', cited_text: 'Rain in Ulm.' };
const SEARCHED = [
  { type: 'text', text: 'I look it up.', citations: null },
  searching('news'),
  found,
  { type: 'text', text: 'So: ', citations: null },
  { type: 'text', text: 'it rains.', citations: [cited] },
  { type: 'text', text: ' Take an umbrella.', citations: null },
];
const ASK = {
  model: 'claude',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'What is new?' }],
  tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }],
} satisfies MessageCreateParamsNonStreaming;
const COUNTED = { server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } };

async function lastCall(): Promise<{ cost: { usd: number | null; known: boolean }; warnings: string[] } | undefined> {
  const { data } = await vendors.gateway.query<{ calls: { nodes: { cost: { usd: number | null; known: boolean }; warnings: string[] }[] } }>('{ calls(first: 1) { nodes { cost { usd known } warnings } } }');
  return data?.calls.nodes[0];
}

describe("a tool of the vendor's own", () => {
  test('goes to the vendor as it is, and what it gave comes back untouched, whole and streamed', async () => {
    vendors.anthropic.behave(() => answers({ blocks: SEARCHED, usage: { input: 30, output: 9, webSearches: 1 } }));
    const client = vendors.anthropicClient();
    const message = await client.messages.create(ASK);
    expect(message.content).toEqual(SEARCHED);
    expect(message.usage).toMatchObject(COUNTED);
    const streamed = await client.messages.stream(ASK).finalMessage();
    expect(JSON.parse(JSON.stringify(streamed.content))).toEqual(SEARCHED);
    expect(streamed.usage).toMatchObject(COUNTED);
    expect(vendors.anthropic.requests[0]?.body['tools']).toEqual(ASK.tools);
  });

  test('and what it gave goes back with the conversation', async () => {
    vendors.anthropic.behave(() => answers({ blocks: SEARCHED }));
    const client = vendors.anthropicClient();
    const { content } = await client.messages.create(ASK);
    await client.messages.create({ ...ASK, messages: [...ASK.messages, { role: 'assistant', content: content as ContentBlockParam[] }, { role: 'user', content: 'And now?' }] });
    const sent = vendors.anthropic.requests[1]?.body['messages'] as { content: unknown }[];
    expect(sent[1]?.content).toEqual(SEARCHED.map((block) => JSON.parse(JSON.stringify(block, (name, value: unknown) => (name === 'citations' && value === null ? undefined : value))) as unknown));
  });

  test('that pauses goes on where the caller asks it to, in its container', async () => {
    const container = { id: 'container_1', expires_at: '2026-01-01T00:00:00Z', skills: null };
    const run = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'bash_code_execution', input: { command: 'ls' }, caller: { type: 'direct' } };
    const client = vendors.anthropicClient();
    const ask = { ...ASK, tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] } satisfies MessageCreateParamsNonStreaming;
    vendors.anthropic.behave(() => answers({ blocks: [run], stopReason: 'pause_turn', container }));
    const whole = await client.messages.create(ask);
    const streamed = await client.messages.stream(ask).finalMessage();
    for (const { stop_reason, container: told } of [whole, streamed]) expect({ stop_reason, told }).toEqual({ stop_reason: 'pause_turn', told: container });
    vendors.anthropic.behave(() => answers({ text: 'Done.' }));
    await client.messages.create({ ...ask, container: 'container_1', messages: [...ask.messages, { role: 'assistant', content: whole.content as ContentBlockParam[] }] });
    expect(vendors.anthropic.requests[2]?.body).toMatchObject({ container: 'container_1', messages: [{ role: 'user' }, { role: 'assistant', content: [run] }] });
  });

  test('needs a policy that allows it, in the conversation too', async () => {
    const closed = vendors.anthropicClient({ apiKey: closedKey });
    const message = expect.stringContaining('vendorTools: [web_search]') as unknown;
    await expect(closed.messages.create(ASK)).rejects.toMatchObject({ status: 403, message });
    const history = { model: 'claude', max_tokens: 9, messages: [...ASK.messages, { role: 'assistant' as const, content: SEARCHED as ContentBlockParam[] }, { role: 'user' as const, content: 'And?' }] };
    await expect(closed.messages.create(history)).rejects.toMatchObject({ status: 403, message });
    await expect(vendors.openaiClient({ apiKey: closedKey }).chat.completions.create({ model: 'gpt', messages: ASK.messages, web_search_options: {} })).rejects.toMatchObject({ status: 403 });
    const fetching = { ...ASK, tools: [{ type: 'web_fetch_20250910' as const, name: 'web_fetch' as const }] };
    await expect(vendors.anthropicClient().messages.create(fetching)).rejects.toMatchObject({ status: 403, message: expect.stringContaining('vendorTools: [web_fetch]') as unknown });
    expect([...vendors.anthropic.requests, ...vendors.openai.requests]).toHaveLength(0);
  });

  test('makes a cost that nobody knows, unless the operator says what it costs', async () => {
    vendors.anthropic.behave(() => answers({ blocks: SEARCHED, usage: { input: 1_000_000, output: 0, webSearches: 3 } }));
    const client = vendors.anthropicClient();
    const { response } = await client.messages.create(ASK).withResponse();
    expect(response.headers.get('x-kanon-cost')).toBe('unknown');
    expect(response.headers.get('x-kanon-warnings')).toContain('charges for web_search');
    expect(await lastCall()).toMatchObject({ cost: { usd: null, known: false }, warnings: [expect.stringContaining('charges for web_search')] });
    const { response: priced } = await client.messages.create({ ...ASK, model: 'priced' }).withResponse();
    expect(priced.headers.get('x-kanon-cost')).toBe('1.03');
    expect(await lastCall()).toMatchObject({ cost: { usd: 1.03 }, warnings: [] });
  });

  test('was probably used where the answer broke off', async () => {
    vendors.anthropic.behave(() => withFaults(answers({ text: ['a', 'b', 'c'] }), { kind: 'cut', afterTokens: 2 }));
    await expect(vendors.anthropicClient().messages.stream(ASK).finalMessage()).rejects.toThrow('broke off');
    expect(await lastCall()).toMatchObject({ cost: { usd: null } });
  });

  test("is asked with masked values, which come back; what only the vendor reads stays as it is", async () => {
    vendors.anthropic.behave(() => answers({ blocks: [searching('[EMAIL_1]'), found, { type: 'text', text: 'Of [EMAIL_1].', citations: [{ ...cited, cited_text: 'by [EMAIL_1]' }] }] }));
    const client = vendors.anthropicClient();
    const asked = { role: 'user' as const, content: 'Who is ann@example.com?' };
    const { content } = await client.messages.create({ ...ASK, messages: [asked] });
    expect(content).toEqual([searching('ann@example.com'), found, { type: 'text', text: 'Of ann@example.com.', citations: [{ ...cited, cited_text: 'by ann@example.com' }] }]);
    expect(JSON.parse(JSON.stringify((await client.messages.stream({ ...ASK, messages: [asked] }).finalMessage()).content))).toEqual(content);
    await client.messages.create({ ...ASK, messages: [asked, { role: 'assistant', content: content as ContentBlockParam[] }, { role: 'user', content: 'Sure?' }] });
    const sent = JSON.stringify(vendors.anthropic.requests.map(({ body }) => body));
    expect(sent).not.toContain('ann@example.com');
    expect(sent).toContain(found.content[0]?.encrypted_content);
  });

  test('is no way around a guardrail', async () => {
    const result = { type: 'bash_code_execution_tool_result', tool_use_id: 'srvtoolu_1', content: { type: 'bash_code_execution_result', stdout: 'hunter2\n', stderr: '', return_code: 0, content: [] } };
    vendors.anthropic.behave(() => answers({ blocks: [result] }));
    const client = vendors.anthropicClient({ apiKey: guardedKey });
    await expect(client.messages.create(ASK)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('words') as unknown });
    await expect(client.messages.stream(ASK).finalMessage()).rejects.toThrow('words');
  });

  test('passes over targets of another vendor, or is left out where the caller wishes so', async () => {
    vendors.anthropic.behave(() => answers({ blocks: SEARCHED }));
    vendors.openai.behave(() => answers('Nothing.'));
    expect((await vendors.anthropicClient().messages.create({ ...ASK, model: 'gptFirst' })).content).toEqual(SEARCHED);
    expect(vendors.openai.requests).toHaveLength(0);
    await expect(vendors.anthropicClient().messages.create({ ...ASK, model: 'gpt' })).rejects.toMatchObject({ status: 400, message: expect.stringContaining('web_search') as unknown });
    const warned = vendors.anthropicClient({ defaultHeaders: { 'x-kanon-unknown-parameters': 'warn' } });
    const history = [...ASK.messages, { role: 'assistant' as const, content: SEARCHED as ContentBlockParam[] }, { role: 'user' as const, content: 'And?' }];
    const { data, response } = await warned.messages.create({ ...ASK, model: 'gpt', messages: history }).withResponse();
    expect(data.content).toMatchObject([{ text: 'Nothing.' }]);
    expect(JSON.parse(response.headers.get('x-kanon-warnings') ?? '')).toEqual([
      'The target does not know what the tool "web_search" gave earlier; it was left out.',
      'The target takes no citations of earlier answers; they were left out.',
      'The target does not have the tool "web_search"; it was left out.',
    ]);
  });

  test('and another answer do not make one: a stream that breaks off behind it ends in an error', async () => {
    const first = withFaults(answers({ blocks: SEARCHED }), { kind: 'cut', afterTokens: 9 });
    vendors.anthropic.behave((request) => (request.body['model'] === 'claude-test' ? first : answers({ blocks: SEARCHED })));
    await expect(vendors.anthropicClient().messages.stream({ ...ASK, model: 'twice' }).finalMessage()).rejects.toThrow('broke off');
  });
});

test("OpenAI's search, with what it found", async () => {
  const annotations = [{ type: 'url_citation' as const, url_citation: { start_index: 0, end_index: 4, title: 'News', url: 'https://news.example' } }];
  vendors.openai.behave(() => answers({ text: 'Rain.', annotations, usage: { input: 5, output: 2 } }));
  const client = vendors.openaiClient();
  const ask = { model: 'gpt', messages: [{ role: 'user' as const, content: 'News?' }], web_search_options: { search_context_size: 'low' as const } };
  const { data, response } = await client.chat.completions.create(ask).withResponse();
  expect(data.choices[0]?.message).toMatchObject({ content: 'Rain.', annotations });
  expect(response.headers.get('x-kanon-cost')).toBe('unknown');
  const streamed = await client.chat.completions.stream(ask).finalChatCompletion();
  expect(streamed.choices[0]?.message).toMatchObject({ content: 'Rain.', annotations });
  expect(vendors.openai.requests[0]?.body).toMatchObject({ web_search_options: { search_context_size: 'low' } });
});

test('betas that the policy allows reach the vendor, and others are told of', async () => {
  const client = vendors.anthropicClient({ defaultHeaders: { 'anthropic-beta': 'files-api-2025-04-14, mcp-client-2025-11-20' } });
  const { response } = await client.messages.create({ ...ASK, tools: [] }).withResponse();
  expect(vendors.anthropic.requests[0]?.headers['anthropic-beta']).toBe('files-api-2025-04-14');
  expect(response.headers.get('x-kanon-warnings')).toContain('mcp-client-2025-11-20');
  vendors.anthropic.reset();
  await vendors.anthropicClient({ defaultHeaders: { 'anthropic-beta': 'mcp-client-2025-11-20' } }).messages.create({ ...ASK, tools: [] });
  expect(vendors.anthropic.requests[0]?.headers['anthropic-beta']).toBeUndefined();
  const completion = await vendors.anthropicClient({ defaultHeaders: { 'anthropic-beta': 'files-api-2025-04-14' } }).messages.create({ ...ASK, model: 'gpt', tools: [] }).withResponse();
  expect(completion.response.headers.get('x-kanon-warnings')).toContain('files-api-2025-04-14');
});
