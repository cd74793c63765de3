import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, tokens } from '../../../faults/index.ts';
import { picture } from '../../../harness/branches.ts';
import { TwoVendors } from '../two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const HELLO = [{ role: 'user' as const, content: 'Hello' }];
const WEATHER = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
const weatherTool = { type: 'function' as const, function: { name: 'weather', description: 'The weather of a city.', parameters: WEATHER, strict: true } };

describe('a whole answer', () => {
  test('has the text, why it ended, its tokens, and in headers how it came about', async () => {
    vendors.openai.behave(answers({ text: 'Good morning.', usage: { input: 30, output: 4, cachedInput: 10, reasoning: 1 } }));
    const { data, response } = await vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: HELLO }).withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      model: 'gpt',
      choices: [{ index: 0, finish_reason: 'stop', logprobs: null, message: { role: 'assistant', content: 'Good morning.', refusal: null } }],
      usage: {
        prompt_tokens: 30,
        completion_tokens: 4,
        total_tokens: 34,
        prompt_tokens_details: { cached_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 1 },
      },
    });
    expect(data.id).toBe(`chatcmpl-${response.headers.get('x-kanon-call-id')}`);
    expect(response.headers.get('x-kanon-model')).toBe('gpt');
    expect(response.headers.get('x-kanon-target')).toBe('openai/gpt-test');
    expect(response.headers.get('x-kanon-cost')).toBe('0.000038');
    expect(response.headers.get('x-kanon-warnings')).toBeNull();
  });

  test('every parameter reaches a target of the vendor, known to this gateway or not', async () => {
    await vendors.openaiClient().chat.completions.create({
      model: 'gpt',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'Hello', name: 'ann' },
      ],
      max_completion_tokens: 50,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      seed: 7,
      tools: [weatherTool],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'reply', description: 'The reply.', schema: WEATHER, strict: true } },
      reasoning_effort: 'low',
      user: 'user-7',
      logprobs: true,
      top_logprobs: 2,
      frequency_penalty: 0.1,
      logit_bias: { '50256': -100 },
      verbosity: 'low',
      service_tier: 'flex',
    });
    const { stream: _, stream_options: __, ...sent } = vendors.openai.requests[0]?.body ?? {};
    expect(sent).toEqual({
      model: 'gpt-test',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello', name: 'ann' },
      ],
      max_tokens: 50,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      seed: 7,
      tools: [weatherTool],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'reply', description: 'The reply.', schema: WEATHER, strict: true } },
      reasoning_effort: 'low',
      user: 'user-7',
      logprobs: true,
      top_logprobs: 2,
      frequency_penalty: 0.1,
      logit_bias: { '50256': -100 },
      verbosity: 'low',
      service_tier: 'flex',
    });
  });

  test('pictures and sounds reach the vendor', async () => {
    const wav = Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00', 'latin1')]);
    await vendors.openaiClient().chat.completions.create({
      model: 'gpt',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${await picture()}`, detail: 'low' } },
            { type: 'input_audio', input_audio: { data: wav.toString('base64'), format: 'wav' } },
          ],
        },
      ],
    });
    expect(vendors.openai.requests[0]?.body['messages']).toMatchObject([
      {
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { detail: 'low', url: expect.stringMatching(/^data:image\/[a-z]+;base64,/) } },
          { type: 'input_audio', input_audio: { format: 'wav', data: wav.toString('base64') } },
        ],
      },
    ]);
  });

  test('tool calls, several at once, and their results', async () => {
    vendors.openai.behave(answers({ toolCalls: [{ id: 'a', name: 'weather', arguments: { city: 'Ulm' } }, { id: 'b', name: 'weather', arguments: { city: 'Bonn' } }] }));
    const client = vendors.openaiClient();
    const first = await client.chat.completions.create({ model: 'gpt', messages: HELLO, tools: [weatherTool], tool_choice: 'required' });
    const message = first.choices[0]?.message;
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    expect(message).toMatchObject({
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } },
        { id: 'b', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
      ],
    });
    vendors.openai.behave(answers('It rains.'));
    const second = await client.chat.completions.create({
      model: 'gpt',
      tools: [weatherTool],
      messages: [...HELLO, ...(message ? [message] : []), { role: 'tool', tool_call_id: 'a', content: 'rain' }, { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'rain' }] }],
    });
    expect(second.choices[0]?.message.content).toBe('It rains.');
    expect(vendors.openai.requests[1]?.body['messages']).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', tool_calls: message?.tool_calls },
      { role: 'tool', tool_call_id: 'a', content: 'rain' },
      { role: 'tool', tool_call_id: 'b', content: 'rain' },
    ]);
  });

  test('a refusal is a refusal, an answer that ran out of tokens says so', async () => {
    const client = vendors.openaiClient();
    vendors.openai.behave(answers({ refusal: 'I cannot help with that.' }));
    const refused = await client.chat.completions.create({ model: 'gpt', messages: HELLO });
    expect(refused.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: null, refusal: 'I cannot help with that.' } });
    vendors.openai.behave(answers({ text: 'Once upon', finish: 'length' }));
    const cut = await client.chat.completions.create({ model: 'gpt', messages: HELLO, max_tokens: 2 });
    expect(cut.choices[0]?.finish_reason).toBe('length');
  });

  test('metadata stays in the ledger with the call', async () => {
    const { response } = await vendors
      .openaiClient({ defaultHeaders: { 'x-kanon-metadata': '{"feature":"search","ticket":"1"}' } })
      .chat.completions.create({ model: 'gpt', messages: HELLO, metadata: { ticket: '77' } })
      .withResponse();
    const { data } = await vendors.gateway.query('{ calls(first: 1) { edges { node { id metadata } } } }');
    expect(data).toMatchObject({ calls: { edges: [{ node: { id: response.headers.get('x-kanon-call-id'), metadata: { feature: 'search', ticket: '77' } } }] } });
    expect(vendors.openai.requests[0]?.body).not.toHaveProperty('metadata');
  });
});

describe('a streamed answer', () => {
  test('comes in the vendor\'s own pieces, with usage where it is asked for', async () => {
    vendors.openai.behave(tokens(5, {}, { usage: { input: 30, output: 5 } }));
    const { data, response } = await vendors
      .openaiClient()
      .chat.completions.create({ model: 'gpt', messages: HELLO, stream: true, stream_options: { include_usage: true } })
      .withResponse();
    const chunks = await Array.fromAsync(data);
    expect(response.headers.get('x-kanon-call-id')).not.toBeNull();
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? null)).toEqual(['', 'w1', ' w2', ' w3', ' w4', ' w5', null, null]);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 30, completion_tokens: 5, total_tokens: 35 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.every(({ model, object }) => model === 'gpt' && object === 'chat.completion.chunk')).toBe(true);
  });

  test('says nothing of usage where it is not asked for', async () => {
    const stream = await vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: HELLO, stream: true });
    const chunks = await Array.fromAsync(stream);
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  test("the SDK's accumulator puts text and tool calls together", async () => {
    vendors.openai.behave(answers({ text: 'Let me see.', toolCalls: [{ id: 'a', name: 'weather', arguments: { city: 'Ulm' } }, { id: 'b', name: 'weather', arguments: { city: 'Bonn' } }] }));
    const completion = await vendors.openaiClient().chat.completions.stream({ model: 'gpt', messages: HELLO, tools: [weatherTool] }).finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me see.',
        tool_calls: [
          { id: 'a', function: { name: 'weather', arguments: '{"city":"Ulm"}' } },
          { id: 'b', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
        ],
      },
    });
  });

  test('a refusal comes in pieces', async () => {
    vendors.openai.behave(answers({ refusal: 'I cannot help with that.' }));
    const completion = await vendors.openaiClient().chat.completions.stream({ model: 'gpt', messages: HELLO }).finalChatCompletion();
    expect(completion.choices[0]?.message.refusal).toBe('I cannot help with that.');
  });
});

test('probabilities of tokens pass through', async () => {
  const logprobs = { content: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105] }] }], refusal: null };
  const body = {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-test',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, logprobs, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
  vendors.openai.behave({ faults: [{ kind: 'raw', contentType: 'application/json', pieces: [JSON.stringify(body)] }] });
  const request = { model: 'gpt', messages: HELLO, logprobs: true, top_logprobs: 1 };
  const completion = await vendors.openaiClient().chat.completions.create(request);
  expect(completion.choices[0]?.logprobs).toEqual(logprobs);
  const streamed = await vendors.openaiClient().chat.completions.stream(request).finalChatCompletion();
  expect(streamed.choices[0]).toMatchObject({ message: { content: 'Hi' }, logprobs: { content: logprobs.content } });
});

test('instructions in the midst of a conversation, and a greeting before it', async () => {
  const messages = [
    { role: 'assistant' as const, content: 'How can I help?' },
    { role: 'user' as const, content: 'Hello' },
    { role: 'assistant' as const, content: 'Yes?' },
    { role: 'system' as const, content: 'Speak French now.' },
    { role: 'user' as const, content: 'Good morning.' },
  ];
  await vendors.openaiClient().chat.completions.create({ model: 'gpt', messages });
  expect(vendors.openai.requests[0]?.body['messages']).toEqual(messages);
  const { response } = await vendors.openaiClient().chat.completions.create({ model: 'claude', messages }).withResponse();
  expect(vendors.anthropic.requests[0]?.body).toMatchObject({ system: [{ text: 'Speak French now.' }], messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }, { role: 'assistant' }, { role: 'user' }] });
  expect(response.headers.get('x-kanon-warnings')).toContain('moved');
});
