import { OpenAI } from 'openai';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, startFakeOpenAI, tokens, type FakeVendor } from '../../faults/index.ts';
import { knock } from '../../harness/doors.ts';
import { ADMIN_KEY, TestGateway } from '../../harness/gateway.ts';
import { issueKey } from '../../harness/keys.ts';
import { config, PICTURE } from './house.ts';

let vendor: FakeVendor;
let gateway: TestGateway;
let ann: string;
let bob: string;
let other: string;
beforeAll(async () => {
  vendor = await startFakeOpenAI();
  gateway = await TestGateway.start({ config: config(vendor) });
  ann = await issueKey(gateway, { app: 'shop', user: 'ann', scopes: ['*'] });
  bob = await issueKey(gateway, { app: 'shop', user: 'bob', scopes: ['*'] });
  other = await issueKey(gateway, { app: 'bank', scopes: ['*'] });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
});
beforeEach(() => {
  vendor.reset();
  vendor.behave((_, attempt) => answers({ text: `Answer ${attempt}.`, usage: { input: 100, output: 10 } }));
});

interface Asked {
  text: string;
  finishReason: string;
  meta: { id: string; provider: string; targetModel: string; cached: boolean; usage: { input: number; output: number }; cost: { usd: number | null; known: boolean }; attempts: unknown[]; masked: unknown[]; warnings: string[] };
}
const META = 'meta { id provider targetModel cached usage { input output } cost { usd known } attempts { outcome } masked { kind count } warnings }';
const ASK = `query ($input: ChatInput!) { chat(input: $input) { text finishReason ${META} } }`;

async function ask(text: string, { key = ADMIN_KEY, headers = {}, ...more }: { key?: string; headers?: Record<string, string> } & Record<string, unknown> = {}): Promise<Asked> {
  const input = { model: 'kept', messages: [{ role: 'USER', content: [{ text }] }], ...more };
  const { data, errors } = await gateway.query<{ chat: Asked }>(ASK, { input }, { headers: { authorization: `Bearer ${key}`, ...headers } });
  if (data == null) throw new Error(JSON.stringify(errors));
  return data.chat;
}

test('the same question is asked once; what comes from the cache costs nothing, and the ledger says so', async () => {
  const first = await ask('What is a canon?');
  expect(first).toMatchObject({ text: 'Answer 1.', meta: { cached: false, cost: { usd: 0.00012 } } });
  const second = await ask('What is a canon?');
  expect(second).toMatchObject({
    text: 'Answer 1.',
    finishReason: 'STOP',
    meta: { cached: true, provider: 'vendor', targetModel: 'gpt-test', usage: { input: 0, output: 0 }, cost: { usd: 0, known: true }, attempts: [] },
  });
  expect(vendor.requests).toHaveLength(1);
  const { data } = await gateway.query<{ calls: { nodes: { id: string }[] } }>('{ calls(first: 2) { nodes { id cached provider outcome cost { usd known } usage { input } attempts { outcome } } } }');
  expect(data?.calls.nodes).toMatchObject([
    { id: second.meta.id, cached: true, provider: 'vendor', outcome: 'OK', cost: { usd: 0, known: true }, usage: { input: 0 }, attempts: [] },
    { id: first.meta.id, cached: false, cost: { usd: 0.00012 }, usage: { input: 100 } },
  ]);
});

test('by every door, also when it was first given at another', async () => {
  vendor.behave((_, attempt) => tokens(5, {}, { text: [`Answer ${attempt}`, ' in', ' pieces'] }));
  const EVENTS = 'subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDelta { sequence text } ... on ChatDone { sequence text meta { cached } } ... on ChatError { code } } }';
  const input = { model: 'kept', messages: [{ role: 'USER', content: [{ text: 'Through all doors' }] }] };
  const first = await knock('server-sent events', gateway, ADMIN_KEY, EVENTS, { variables: { input } });
  expect(first.at(-1)?.data).toMatchObject({ chat: { __typename: 'ChatDone', text: 'Answer 1 in pieces', meta: { cached: false } } });
  for (const door of ['server-sent events', 'WebSocket', 'multipart/mixed']) {
    const events = await knock(door, gateway, ADMIN_KEY, EVENTS, { variables: { input } });
    expect(events.map(({ data }) => data?.['chat'])).toMatchObject([
      { __typename: 'ChatDelta', sequence: 0, text: 'Answer 1 in pieces' },
      { __typename: 'ChatDone', sequence: 1, text: 'Answer 1 in pieces', meta: { cached: true } },
    ]);
  }
  expect(await ask('Through all doors')).toMatchObject({ text: 'Answer 1 in pieces', meta: { cached: true } });
  expect(vendor.requests).toHaveLength(1);
});

describe('a program of OpenAI’s SDK', () => {
  const openai = () => new OpenAI({ apiKey: ann, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const body = (content: string) => ({ model: 'kept', messages: [{ role: 'user' as const, content }] });

  test('is told whether an answer was kept, and how old it is', async () => {
    const miss = await openai().chat.completions.create(body('By REST')).withResponse();
    expect(Object.fromEntries(miss.response.headers)).toMatchObject({ 'x-kanon-cache': 'miss', 'x-kanon-cost': '0.00012' });
    const hit = await openai().chat.completions.create(body('By REST')).withResponse();
    expect(Object.fromEntries(hit.response.headers)).toMatchObject({ 'x-kanon-cache': 'hit', age: '0', 'x-kanon-cost': '0', 'x-kanon-target': 'vendor/gpt-test' });
    expect(hit.data.choices).toEqual(miss.data.choices);
    expect(hit.data.usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0 });
    const { data: stream, response } = await openai().chat.completions.create({ ...body('By REST'), stream: true, stream_options: { include_usage: true } }).withResponse();
    expect(response.headers.get('x-kanon-cache')).toBe('hit');
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(miss.data.choices[0]?.message.content);
    expect(vendor.requests).toHaveLength(1);
  });

  test('gets tool calls again', async () => {
    vendor.behave((_, attempt) => answers({ toolCalls: [{ id: `call_${attempt}`, name: 'weather', arguments: { city: 'Rome' } }], finish: 'tool_calls' }));
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    const [first, second] = [await openai().chat.completions.create({ ...body('Weather?'), tools }), await openai().chat.completions.create({ ...body('Weather?'), tools })];
    expect(first.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ id: 'call_1', function: { arguments: '{"city":"Rome"}' } }] } });
    expect(second.choices).toEqual(first.choices);
    expect(vendor.requests).toHaveLength(1);
  });

  test('says with cache-control what will do', async () => {
    const via = async (cacheControl?: string) => {
      const { data, response } = await openai().chat.completions.create(body('Controlled'), cacheControl === undefined ? {} : { headers: { 'cache-control': cacheControl } }).withResponse();
      return [data.choices[0]?.message.content, response.headers.get('x-kanon-cache')];
    };
    expect(await via('no-store')).toEqual(['Answer 1.', 'bypass']);
    expect(await via()).toEqual(['Answer 2.', 'miss']);
    expect(await via('no-store')).toEqual(['Answer 3.', 'bypass']);
    expect(await via('max-age=60')).toEqual(['Answer 2.', 'hit']);
    expect(await via('No-Cache, private')).toEqual(['Answer 4.', 'bypass']);
    expect(await via()).toEqual(['Answer 4.', 'hit']);
    expect(await via('max-age=0')).toEqual(['Answer 5.', 'miss']);
    expect(await via('max-age=nonsense')).toEqual(['Answer 6.', 'miss']);
    await expect(via('only-if-cached')).rejects.toMatchObject({ status: 400, message: expect.stringContaining('cache-control') });
  });

  test('hears nothing of a cache of a model that has none', async () => {
    const { response } = await openai().chat.completions.create({ ...body('Plain'), model: 'plain' }).withResponse();
    expect([response.headers.get('x-kanon-cache'), response.headers.get('age')]).toEqual([null, null]);
    await openai().chat.completions.create({ ...body('Plain'), model: 'plain' });
    expect(vendor.requests).toHaveLength(2);
  });
});

test('the same question by another API is the same question', async () => {
  expect(await ask('By all APIs', { maxTokens: 100 })).toMatchObject({ text: 'Answer 1.' });
  const post = async (path: string, body: Record<string, unknown>) => {
    const answer = await gateway.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'kept', ...body }) });
    return [answer.headers.get('x-kanon-cache'), JSON.stringify(await answer.json()).includes('Answer 1.')];
  };
  const messages = [{ role: 'user', content: 'By all APIs' }];
  expect(await post('/v1/chat/completions', { messages, max_completion_tokens: 100 })).toEqual(['hit', true]);
  expect(await post('/v1/messages', { messages, max_tokens: 100 })).toEqual(['hit', true]);
  expect(await post('/v1/responses', { input: 'By all APIs', max_output_tokens: 100 })).toEqual(['hit', true]);
});

test('over GraphQL the header says it too, and over a WebSocket the extensions of an operation', async () => {
  expect((await ask('Said in words')).text).toBe('Answer 1.');
  expect((await ask('Said in words', { headers: { 'cache-control': 'no-cache' } })).text).toBe('Answer 2.');
  const input = { model: 'kept', messages: [{ role: 'USER', content: [{ text: 'Said in words' }] }] };
  const bySocket = async (extensions: Record<string, unknown>) => (await knock('WebSocket', gateway, ADMIN_KEY, ASK, { variables: { input }, extensions }))[0];
  expect((await bySocket({ cacheControl: 'no-store' }))?.data).toMatchObject({ chat: { text: 'Answer 3.' } });
  expect((await bySocket({}))?.data).toMatchObject({ chat: { text: 'Answer 2.', meta: { cached: true } } });
  for (const cacheControl of ['only-if-cached', 7]) {
    expect((await bySocket({ cacheControl }))?.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: 'extensions.cacheControl' } });
  }
});

test('keys of one app share answers, two apps never do', async () => {
  expect(await ask('Who shares?', { key: ann })).toMatchObject({ text: 'Answer 1.', meta: { cached: false } });
  expect(await ask('Who shares?', { key: bob, metadata: { of: 'bob' } })).toMatchObject({ text: 'Answer 1.', meta: { cached: true } });
  expect(await ask('Who shares?', { key: other })).toMatchObject({ text: 'Answer 2.', meta: { cached: false } });
});

test('each caller gets their own values back', async () => {
  vendor.behave(answers('I wrote to [EMAIL_1].'));
  expect(await ask('Write to ann@example.com', { key: ann })).toMatchObject({ text: 'I wrote to ann@example.com.', meta: { cached: false } });
  expect(await ask('Write to bob@example.net', { key: bob })).toMatchObject({ text: 'I wrote to bob@example.net.', meta: { cached: true, masked: [{ kind: 'EMAIL', count: 1 }] } });
  expect(vendor.requests).toHaveLength(1);
});

test('whatever changes the answer is another question', async () => {
  const variants = [{}, { temperature: 0.5 }, { maxTokens: 50 }, { seed: 1 }, { stop: ['x'] }, { responseFormat: { type: 'JSON_OBJECT' } }, { tools: [{ name: 'f', parameters: { type: 'object' } }] }];
  for (const [index, variant] of variants.entries()) expect(await ask('The same', variant)).toMatchObject({ text: `Answer ${index + 1}.`, meta: { cached: false } });
  for (const [index, variant] of variants.entries()) expect(await ask('The same', variant)).toMatchObject({ text: `Answer ${index + 1}.`, meta: { cached: true } });
});

test('a target that is for some callers only answers only them', async () => {
  const via = async (tier: string) => (await ask('Which tier?', { model: 'tiers', metadata: { tier } })).text;
  expect([await via('gold'), await via('tin'), await via('gold'), await via('tin')]).toEqual(['Answer 1.', 'Answer 2.', 'Answer 1.', 'Answer 2.']);
});

test('feelings, vectors and pictures are kept as well', async () => {
  const QUERY = `query ($image: Base64!) {
    sentiment(input: { model: "mood", text: "I like this very much." }) { label score opinions { provider weight } ${META} }
    embed(input: { model: "vectors", texts: ["one", "two"] }) { embeddings { vector } ${META} }
    vision(input: { model: "eyes", image: { base64: $image }, question: "Is it for ann@example.com?" }) { description ${META} }
  }`;
  vendor.behave((request, attempt) => answers(request.path.endsWith('embeddings') ? {} : JSON.stringify({ description: `Seen ${attempt} for [EMAIL_1]`, lines: [], objects: [], document: null, text: '' })));
  const seen = async (image = PICTURE) => {
    const { data, errors } = await gateway.query<Record<'sentiment' | 'embed' | 'vision', { meta: Asked['meta'] }>>(QUERY, { image });
    if (data == null) throw new Error(JSON.stringify(errors));
    return data;
  };
  const first = await seen();
  const second = await seen();
  const content = (answer: typeof first) => Object.values(answer).map((one) => ({ ...one, meta: null }));
  expect(content(second)).toEqual(content(first));
  expect(Object.values(first).map(({ meta }) => meta.cached)).toEqual([false, false, false]);
  expect(Object.values(second).map(({ meta }) => [meta.cached, meta.cost, meta.attempts])).toEqual(Object.keys(first).map(() => [true, { usd: 0, known: true }, []]));
  expect(vendor.requests).toHaveLength(2);
});

test('who asks the same of the same picture gets their own values back, and another picture is another question', async () => {
  vendor.behave((_, attempt) => answers(JSON.stringify({ description: `Seen ${attempt} for [EMAIL_1]`, lines: [], objects: [], document: null, text: '' })));
  const see = async (image: string, address: string) => {
    const { data, errors } = await gateway.query<{ vision: { description: string } }>('query ($image: Base64!, $question: String) { vision(input: { model: "eyes", image: { base64: $image }, question: $question }) { description } }', { image, question: `Is this for ${address}?` });
    return data?.vision.description ?? JSON.stringify(errors);
  };
  expect(await see(PICTURE, 'ann@example.com')).toBe('Seen 1 for ann@example.com');
  expect(await see(PICTURE, 'bob@example.net')).toBe('Seen 1 for bob@example.net');
  const green = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'green' } }).png().toBuffer();
  expect(await see(green.toString('base64'), 'bob@example.net')).toBe('Seen 2 for bob@example.net');
});

test('lookups are counted', async () => {
  await ask('Counted', { model: 'counted' });
  await ask('Counted', { model: 'counted' });
  await ask('Counted', { model: 'counted', headers: { 'cache-control': 'no-store' } });
  const metrics = await (await gateway.fetch('/metrics')).text();
  for (const outcome of ['hit', 'miss', 'bypass']) expect(metrics).toContain(`kanon_cache_lookups_total{model="counted",outcome="${outcome}"} 1`);
  expect(metrics).not.toMatch(/kanon_cache_lookups_total\{model="plain"/);
});
