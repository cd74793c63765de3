import Anthropic from '@anthropic-ai/sdk';
import { AuthenticationError, InternalServerError, OpenAI } from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { answers, failsWith, startFakeAnthropic, startFakeOpenAI, tokenPieces, tokens, withFaults, type FakeVendor } from './index.ts';

let fake: FakeVendor | undefined;
afterEach(() => fake?.close());

const weather = { name: 'weather', arguments: { city: 'Bern', days: 3 } };

function openaiClient(url: string, apiKey = 'test-key'): OpenAI {
  return new OpenAI({ baseURL: url, apiKey, maxRetries: 0, logLevel: 'off' });
}

function anthropicClient(url: string, apiKey = 'test-key'): Anthropic {
  return new Anthropic({ baseURL: url, apiKey, maxRetries: 0, logLevel: 'off' });
}

describe('the fake OpenAI, read by the vendor\'s own SDK', () => {
  const question = { model: 'gpt-5', messages: [{ role: 'user' as const, content: 'Hi' }] };

  test('answers whole, with usage', async () => {
    fake = await startFakeOpenAI(answers({ text: 'Good day.', usage: { input: 9, output: 4, cachedInput: 2, reasoning: 1 } }));
    const completion = await openaiClient(fake.url).chat.completions.create(question);
    expect(completion.choices[0]?.message.content).toBe('Good day.');
    expect(completion.usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 2 } });
    expect(fake.violations).toEqual([]);
  });

  test('streams what the SDK\'s accumulator puts together again', async () => {
    fake = await startFakeOpenAI(answers({ text: 'One two three.', toolCalls: [weather, weather] }));
    const stream = openaiClient(fake.url).chat.completions.stream({ ...question, stream_options: { include_usage: true } });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe('One two three.');
    expect(completion.choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && JSON.parse(call.function.arguments))).toEqual([
      weather.arguments,
      weather.arguments,
    ]);
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    expect(fake.violations).toEqual([]);
  });

  test('gives the same vectors as floats and as base64', async () => {
    fake = await startFakeOpenAI();
    const client = openaiClient(fake.url);
    const ask = (encoding_format: 'float' | 'base64') => client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format }).asResponse();
    const floats = (await (await ask('float')).json()) as { data: { embedding: number[] }[] };
    const base64 = (await (await ask('base64')).json()) as { data: { embedding: string }[] };
    const decoded = base64.data.map(({ embedding }) => {
      const bytes = Buffer.from(embedding, 'base64');
      return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
    });
    expect(decoded).toEqual(floats.data.map(({ embedding }) => embedding.map((value) => Math.fround(value))));
  });

  test.each([
    ['an unknown field', { ...question, temprature: 1 }, /temprature|Unrecognized/],
    ['no model', { messages: question.messages }, /model/],
    ['a wrong type', { ...question, temperature: 'hot' }, /temperature/],
    ['an answer to no tool call', { ...question, messages: [{ role: 'tool', content: 'x', tool_call_id: 'call_1' }] }, /tool/],
    ['stream options without a stream', { ...question, stream_options: { include_usage: true } }, /stream_options/],
  ])('refuses %s and remembers it', async (_name, body, message) => {
    fake = await startFakeOpenAI();
    const answer = await fetch(`${fake.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(fake.violations.map((violation) => violation.message).join()).toMatch(message);
  });

  test('refuses a wrong key', async () => {
    fake = await startFakeOpenAI();
    await expect(openaiClient(fake.url, 'wrong').chat.completions.create(question)).rejects.toBeInstanceOf(AuthenticationError);
    expect(fake.violations).toHaveLength(1);
  });

  test('a script sees each attempt', async () => {
    fake = await startFakeOpenAI((_request, attempt) => (attempt === 1 ? failsWith(500) : answers('Second try.')));
    const client = openaiClient(fake.url);
    await expect(client.chat.completions.create(question)).rejects.toBeInstanceOf(InternalServerError);
    expect((await client.chat.completions.create(question)).choices[0]?.message.content).toBe('Second try.');
  });

  test('records that the client went away', async () => {
    fake = await startFakeOpenAI(withFaults(tokens(10), { kind: 'stall', afterTokens: 3 }));
    const stream = await openaiClient(fake.url).chat.completions.create({ ...question, stream: true });
    const seen: string[] = [];
    for await (const chunk of stream) {
      seen.push(chunk.choices[0]?.delta.content ?? '');
      if (seen.length === 4) break;
    }
    expect(seen.join('')).toBe(tokenPieces(3).join(''));
    await expect.poll(() => fake?.requests[0]?.aborted).toBe(true);
    expect(fake.openRequests).toBe(0);
  });
});

describe('the fake Anthropic, read by the vendor\'s own SDK', () => {
  const question = { model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] };

  test('answers whole, with usage', async () => {
    fake = await startFakeAnthropic(answers({ text: 'Good day.', usage: { input: 9, output: 4, cachedInput: 2, cacheWrite: 3 } }));
    const message = await anthropicClient(fake.url).messages.create(question);
    expect(message.content).toMatchObject([{ type: 'text', text: 'Good day.' }]);
    expect(message.usage).toMatchObject({ input_tokens: 4, cache_read_input_tokens: 2, cache_creation_input_tokens: 3, output_tokens: 4 });
    expect(fake.violations).toEqual([]);
  });

  test('streams what the SDK\'s accumulator puts together again', async () => {
    fake = await startFakeAnthropic(answers({ text: 'One two three.', reasoning: { text: 'Think about it.', signature: 'c2ln' }, toolCalls: [weather, weather] }));
    const message = await anthropicClient(fake.url).messages.stream(question).finalMessage();
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Think about it.', signature: 'c2ln' },
      { type: 'text', text: 'One two three.' },
      { type: 'tool_use', input: weather.arguments },
      { type: 'tool_use', input: weather.arguments },
    ]);
    expect(message.stop_reason).toBe('tool_use');
    expect(fake.violations).toEqual([]);
  });

  test.each([
    ['a sampling parameter that the version no longer has', { ...question, temperature: 0.5 }, /temperature/],
    ['no max_tokens', { model: 'm', messages: question.messages }, /max_tokens/],
    ['an assistant that speaks first', { ...question, messages: [{ role: 'assistant', content: 'Hi' }] }, /first message/],
    ['a tool use that nobody answers', { ...question, messages: [...question.messages, { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'x', input: {} }] }] }, /tool_use ids/],
  ])('refuses %s and remembers it', async (_name, body, message) => {
    fake = await startFakeAnthropic();
    const answer = await fetch(`${fake.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'test-key', 'content-type': 'application/json', 'anthropic-version': '2026-10-21' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(fake.violations.map((violation) => violation.message).join()).toMatch(message);
  });

  test('says that it is overloaded in mid-stream', async () => {
    fake = await startFakeAnthropic(withFaults(tokens(5), { kind: 'errorEvent', afterTokens: 2, error: { type: 'overloaded_error', message: 'Overloaded' } }));
    await expect(anthropicClient(fake.url).messages.stream(question).finalMessage()).rejects.toMatchObject({ type: 'overloaded_error' });
  });
});
