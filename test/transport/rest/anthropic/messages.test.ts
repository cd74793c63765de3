import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, tokens, withFaults, type PartialBehaviour } from '../../../faults/index.ts';
import { picture } from '../../../harness/branches.ts';
import { TwoVendors } from '../two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const ASK = { model: 'claude', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] };
const CITY = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const weatherTool = { name: 'weather', description: 'The weather of a city.', input_schema: CITY };
const THOUGHTFUL: PartialBehaviour = answers({
  reasoning: { text: 'The user wants the weather.', signature: 'c2lnbmF0dXJl' },
  text: 'Let me see.',
  toolCalls: [
    { id: 'toolu_a', name: 'weather', arguments: { city: 'Ulm' } },
    { id: 'toolu_b', name: 'weather', arguments: {} },
  ],
  usage: { input: 50, output: 20, cachedInput: 30, cacheWrite: 5, reasoning: 6 },
});
const THOUGHTFUL_MESSAGE = {
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [
    { type: 'thinking', thinking: 'The user wants the weather.', signature: 'c2lnbmF0dXJl' },
    { type: 'text', text: 'Let me see.' },
    { type: 'tool_use', id: 'toolu_a', name: 'weather', input: { city: 'Ulm' } },
    { type: 'tool_use', id: 'toolu_b', name: 'weather', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 15, output_tokens: 20, cache_read_input_tokens: 30, cache_creation_input_tokens: 5, output_tokens_details: { thinking_tokens: 6 } },
};

test('a whole answer: thinking, text and tool calls in their order, usage with the cache', async () => {
  vendors.anthropic.behave(THOUGHTFUL);
  const { data, response } = await vendors.anthropicClient().messages.create({ ...ASK, tools: [weatherTool] }).withResponse();
  expect(data).toMatchObject(THOUGHTFUL_MESSAGE);
  expect(data.id).toBe(`msg_${response.headers.get('x-kanon-call-id')}`);
  expect(response.headers.get('x-kanon-target')).toBe('anthropic/claude-test');
  expect(Number(response.headers.get('x-kanon-cost'))).toBeGreaterThan(0);
});

test("the SDK's stream helper puts the same message together from the events", async () => {
  vendors.anthropic.behave(THOUGHTFUL);
  const stream = vendors.anthropicClient().messages.stream({ ...ASK, tools: [weatherTool] });
  const texts: string[] = [];
  const thoughts: string[] = [];
  stream.on('text', (text) => texts.push(text));
  stream.on('thinking', (thought) => thoughts.push(thought));
  expect(await stream.finalMessage()).toMatchObject(THOUGHTFUL_MESSAGE);
  expect(texts.join('')).toBe('Let me see.');
  expect(thoughts.join('')).toBe('The user wants the weather.');
});

test('the events of a stream come in their full sequence', async () => {
  vendors.anthropic.behave(THOUGHTFUL);
  const response = await vendors.gateway.fetch('/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...ASK, tools: [weatherTool], stream: true }),
  });
  const text = await response.text();
  const events = [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => ({ event, data: JSON.parse(data ?? '') as { type: string; index?: number } }));
  expect(events.every(({ event, data }) => event === data.type)).toBe(true);
  const deltasAsOne = events.map(({ event, data }) => (data.index === undefined ? event : `${event} ${data.index}`)).filter((name, index, all) => name !== all[index - 1]);
  expect(deltasAsOne).toEqual([
    'message_start',
    'ping',
    ...[0, 1, 2, 3].flatMap((index) => [`content_block_start ${index}`, `content_block_delta ${index}`, `content_block_stop ${index}`]),
    'message_delta',
    'message_stop',
  ]);
});

test('every parameter reaches a target of the vendor, known to this gateway or not', async () => {
  const image = { type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: await picture() } };
  await vendors.anthropicClient().messages.create({
    ...ASK,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Look.', cache_control: { type: 'ephemeral' } }, image] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Ulm' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: [{ type: 'text', text: 'No service.' }, image] },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
    stop_sequences: ['END'],
    tools: [{ ...weatherTool, cache_control: { type: 'ephemeral' } }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    output_config: { effort: 'high' },
    metadata: { user_id: 'user-7' },
    service_tier: 'standard_only',
  });
  const shownImage = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: expect.any(String) } };
  expect(vendors.anthropic.requests[0]?.body).toMatchObject({
    model: 'claude-test',
    max_tokens: 100,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Look.', cache_control: { type: 'ephemeral' } }, shownImage] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Ulm' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: [{ type: 'text', text: 'No service.' }, shownImage] },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
    stop_sequences: ['END'],
    tools: [{ name: 'weather', cache_control: { type: 'ephemeral' }, input_schema: CITY }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    output_config: { effort: 'high' },
    metadata: { user_id: 'user-7' },
    service_tier: 'standard_only',
  });
});

describe('why an answer ended', () => {
  test.each([
    [answers({ text: 'Once upon', finish: 'length' }), { stop_reason: 'max_tokens' }],
    [answers({ refusal: 'Not this.' }), { stop_reason: 'refusal', stop_details: { type: 'refusal', explanation: 'Not this.' } }],
    [answers('Done.'), { stop_reason: 'end_turn', stop_details: null }],
  ])('%#', async (behaviour, ending) => {
    vendors.anthropic.behave(behaviour);
    expect(await vendors.anthropicClient().messages.create(ASK)).toMatchObject(ending);
    expect(await vendors.anthropicClient().messages.stream(ASK).finalMessage()).toMatchObject(ending);
  });

  test('a stop sequence is named', async () => {
    const message = {
      id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test', content: [{ type: 'text', text: 'One', citations: null }],
      stop_reason: 'stop_sequence', stop_sequence: 'END', stop_details: null, container: null, diagnostics: null, usage: { input_tokens: 3, output_tokens: 1 },
    };
    vendors.anthropic.behave({ faults: [{ kind: 'raw', contentType: 'application/json', pieces: [JSON.stringify(message)] }] });
    expect(await vendors.anthropicClient().messages.create({ ...ASK, stop_sequences: ['END'] })).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
  });
});

test('tokens are counted, roughly, without asking anybody', async () => {
  const { data, response } = await vendors.anthropicClient().messages.countTokens({ model: 'claude', messages: ASK.messages, system: 'Be brief.' }).withResponse();
  expect(data.input_tokens).toBeGreaterThan(2);
  expect(data.input_tokens).toBeLessThan(20);
  expect(response.headers.get('x-kanon-estimate')).toBe('true');
  expect(vendors.anthropic.requests).toHaveLength(0);
});

test('models come a page at a time', async () => {
  const client = vendors.anthropicClient();
  const all = await Array.fromAsync(client.models.list({ limit: 3 }));
  expect(all.map(({ id }) => id)).toEqual(['gpt', 'claude', 'both', 'vectors']);
  const page = await client.models.list({ limit: 2, before_id: 'vectors' });
  expect([page.data.map(({ id }) => id), page.has_more]).toEqual([['claude', 'both'], true]);
  expect(await client.models.retrieve('gpt')).toMatchObject({ id: 'gpt', type: 'model' });
});

test('an answer that breaks off in mid-stream throws, after what came before', async () => {
  vendors.anthropic.behave(withFaults(tokens(10), { kind: 'cut', afterTokens: 4 }));
  const stream = vendors.anthropicClient().messages.stream(ASK);
  let text = '';
  stream.on('text', (piece) => (text += piece));
  await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'api_error' });
  expect(text).toBe('w1 w2 w3 w4');
});

test('as many stop sequences as the vendor takes', async () => {
  const stop_sequences = Array.from({ length: 12 }, (_, index) => `END${index}`);
  await vendors.anthropicClient().messages.create({ ...ASK, stop_sequences });
  expect(vendors.anthropic.requests[0]?.body).toMatchObject({ stop_sequences });
});
