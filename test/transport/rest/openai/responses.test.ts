import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, tokens, withFaults } from '../../../faults/index.ts';
import { picture } from '../../../harness/branches.ts';
import { TwoVendors } from '../two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
const weatherTool = { type: 'function' as const, name: 'weather', description: 'The weather of a city.', parameters: CITY, strict: true };
const THOUGHTFUL = answers({
  reasoning: { text: 'The weather, then.', signature: 'c2ln' },
  text: 'I look.',
  toolCalls: [
    { id: 'call_a', name: 'weather', arguments: { city: 'Ulm' } },
    { id: 'call_b', name: 'weather', arguments: { city: 'Bonn' } },
  ],
  usage: { input: 30, output: 9, cachedInput: 10, reasoning: 3 },
});
const THOUGHTFUL_OUTPUT = [
  { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'The weather, then.' }], encrypted_content: 'c2ln' },
  { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'I look.', annotations: [] }] },
  { type: 'function_call', call_id: 'call_a', name: 'weather', arguments: '{"city":"Ulm"}' },
  { type: 'function_call', call_id: 'call_b', name: 'weather', arguments: '{"city":"Bonn"}' },
];

test('a whole response has its items, its text and its tokens', async () => {
  vendors.anthropic.behave(THOUGHTFUL);
  const { data, response } = await vendors.openaiClient().responses.create({ model: 'claude', input: 'Weather?', instructions: 'Be brief.', tools: [weatherTool] }).withResponse();
  expect(data).toMatchObject({
    object: 'response',
    status: 'completed',
    model: 'claude',
    output: THOUGHTFUL_OUTPUT,
    output_text: 'I look.',
    usage: { input_tokens: 30, input_tokens_details: { cached_tokens: 10 }, output_tokens: 9, output_tokens_details: { reasoning_tokens: 3 }, total_tokens: 39 },
  });
  expect(data.id).toBe(`resp_${response.headers.get('x-kanon-call-id')}`);
  expect(vendors.anthropic.requests[0]?.body).toMatchObject({ system: [{ text: 'Be brief.' }], messages: [{ role: 'user', content: [{ text: 'Weather?' }] }] });
});

test("the SDK's stream helper puts the same response together from the events", async () => {
  vendors.anthropic.behave(THOUGHTFUL);
  const stream = vendors.openaiClient().responses.stream({ model: 'claude', input: 'Weather?', tools: [weatherTool] });
  const texts: string[] = [];
  stream.on('response.output_text.delta', ({ delta }) => texts.push(delta));
  const response = await stream.finalResponse();
  expect(response.output).toMatchObject(THOUGHTFUL_OUTPUT);
  expect(texts.join('')).toBe('I look.');
});

test('the events come in their sequence, numbered without a gap', async () => {
  vendors.anthropic.behave(THOUGHTFUL);
  const stream = await vendors.openaiClient().responses.create({ model: 'claude', input: 'Weather?', tools: [weatherTool], stream: true });
  const events = await Array.fromAsync(stream);
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  const item = (...middle: string[]) => ['response.output_item.added', ...middle, 'response.output_item.done'];
  const part = (name: string) => ['response.content_part.added', `response.${name}.delta`, `response.${name}.done`, 'response.content_part.done'];
  expect(events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
    'response.created',
    'response.in_progress',
    ...item(...part('reasoning_text')),
    ...item(...part('output_text')),
    ...item('response.function_call_arguments.delta', 'response.function_call_arguments.done'),
    ...item('response.function_call_arguments.delta', 'response.function_call_arguments.done'),
    'response.completed',
  ]);
});

describe('a conversation goes on', () => {
  test.each([false, true])('from the response before (streamed: %s)', async (stream) => {
    const client = vendors.openaiClient();
    const ask = async (body: OpenAI.Responses.ResponseCreateParamsNonStreaming) =>
      stream ? client.responses.stream({ ...body, stream: true }).finalResponse() : client.responses.create(body);
    vendors.anthropic.behave(THOUGHTFUL);
    const first = await ask({ model: 'claude', input: 'Weather?', instructions: 'Be brief.', tools: [weatherTool] });
    vendors.anthropic.behave(answers('Rain.'));
    const second = await ask({
      model: 'claude',
      previous_response_id: first.id,
      tools: [weatherTool],
      input: [
        { type: 'function_call_output', call_id: 'call_a', output: 'rain' },
        { type: 'function_call_output', call_id: 'call_b', output: 'rain' },
      ],
    });
    expect(second).toMatchObject({ output_text: 'Rain.', previous_response_id: first.id });
    const body = vendors.anthropic.requests[1]?.body;
    // The instructions are those of each request.
    expect(body).not.toHaveProperty('system');
    expect(body?.['messages']).toMatchObject([
      { role: 'user', content: [{ text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'The weather, then.', signature: 'c2ln' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'call_a' },
          { type: 'tool_use', id: 'call_b' },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_a', content: 'rain' }, { tool_use_id: 'call_b' }] },
    ]);
    expect(await client.responses.retrieve(first.id)).toMatchObject({ id: first.id, output: THOUGHTFUL_OUTPUT });
    await client.responses.delete(first.id);
    await expect(client.responses.retrieve(first.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  test('from items that the caller sends or refers to', async () => {
    const client = vendors.openaiClient();
    vendors.openai.behave(answers({ text: 'I look.', toolCalls: [{ id: 'call_a', name: 'weather', arguments: { city: 'Ulm' } }] }));
    const first = await client.responses.create({ model: 'gpt', input: 'Weather?', tools: [weatherTool] });
    const [message, call] = first.output;
    if (message?.type !== 'message' || call?.type !== 'function_call') throw new Error('expected a message and a call');
    vendors.openai.behave(answers('Rain.'));
    await client.responses.create({
      model: 'gpt',
      tools: [weatherTool],
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }, { type: 'input_image', detail: 'low', image_url: `data:image/png;base64,${await picture()}` }] },
        { type: 'item_reference', id: message.id },
        call,
        { type: 'function_call_output', call_id: 'call_a', output: [{ type: 'input_text', text: 'rain' }] },
      ],
    });
    expect(vendors.openai.requests[1]?.body['messages']).toMatchObject([
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }, { type: 'image_url' }] },
      { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'call_a' }] },
      { role: 'tool', tool_call_id: 'call_a', content: 'rain' },
    ]);
  });

  test('not from one that was not to be stored, nor from another app\'s', async () => {
    const client = vendors.openaiClient();
    const first = await client.responses.create({ model: 'gpt', input: 'Hello', store: false });
    const next = client.responses.create({ model: 'gpt', input: 'And?', previous_response_id: first.id });
    await expect(next).rejects.toMatchObject({ status: 404, param: 'previous_response_id' });
    const stored = await client.responses.create({ model: 'gpt', input: 'Hello' });
    const apiKey = await vendors.issueKey({ app: 'other', scopes: ['*'] });
    await expect(vendors.openaiClient({ apiKey }).responses.retrieve(stored.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });
});

test('structured output, a refusal and an answer that ran out of tokens', async () => {
  const client = vendors.openaiClient();
  vendors.openai.behave(answers('{"city":"Ulm"}'));
  const parsed = await client.responses.parse({ model: 'gpt', input: 'City?', text: { format: { type: 'json_schema', name: 'place', schema: CITY, strict: true }, verbosity: 'low' } });
  expect(parsed.output_parsed).toEqual({ city: 'Ulm' });
  expect(vendors.openai.requests[0]?.body).toMatchObject({ verbosity: 'low', response_format: { json_schema: { name: 'place', schema: CITY, strict: true } } });

  vendors.openai.behave(answers({ refusal: 'No.' }));
  const refused = await client.responses.stream({ model: 'gpt', input: 'Bad.' }).finalResponse();
  expect(refused.output).toMatchObject([{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }]);

  vendors.openai.behave(answers({ text: 'Once', finish: 'length' }));
  for (const response of [await client.responses.create({ model: 'gpt', input: 'Tell.' }), await client.responses.stream({ model: 'gpt', input: 'Tell.' }).finalResponse()]) {
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output_text: 'Once' });
  }
});

test('an answer that breaks off in mid-stream throws', async () => {
  vendors.openai.behave(withFaults(tokens(10), { kind: 'cut', afterTokens: 4 }));
  const stream = await vendors.openaiClient().responses.create({ model: 'gpt', input: 'Hello', stream: true });
  await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'stream_interrupted' });
});

test('what is not done here is refused by name', async () => {
  const client = vendors.openaiClient();
  await expect(client.responses.create({ model: 'gpt', input: 'x', background: true })).rejects.toMatchObject({ status: 400, param: 'background' });
  await expect(client.responses.create({ model: 'gpt', input: 'x', tools: [{ type: 'web_search' }] })).rejects.toMatchObject({ status: 400, param: 'tools[0].type' });
  await expect(client.responses.create({ model: 'gpt', input: 'x', max_tool_calls: 3 })).rejects.toMatchObject({ status: 400, param: 'max_tool_calls' });
});
