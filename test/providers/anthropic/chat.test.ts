import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ContentPart } from '../../../src/canonical/chat.ts';
import { createAnthropicProvider } from '../../../src/providers/anthropic/anthropic-provider.ts';
import type { AnthropicOptions } from '../../../src/providers/anthropic/client.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { answers, startFakeAnthropic, type FakeVendor, type PartialBehaviour, type Script } from '../../faults/index.ts';
import { ask, assistant, chatRequest, gather, system, user, weatherTool } from '../support/requests.ts';

let fake: FakeVendor;
let provider: Provider;

async function start(script?: Script | PartialBehaviour, options: Partial<AnthropicOptions> = {}): Promise<void> {
  fake = await startFakeAnthropic(script);
  provider = createAnthropicProvider({ name: 'anthropic', baseUrl: fake.url, apiKey: 'test-key', ...options });
}

afterEach(async () => {
  await provider.close();
  await fake.close();
});

const body = (index = 0) => fake.requests[index]?.body;

test.each(['', '/', '/v1', '/v1/'])('a base URL that ends in "%s"', async (ending) => {
  await start();
  const other = createAnthropicProvider({ name: 'a', baseUrl: fake.url + ending, apiKey: 'test-key' });
  expect(gather(await ask(other, chatRequest(), false)).finish).toBe('STOP');
  await other.close();
  expect(fake.violations).toEqual([]);
});

test('a model that the SDK knows to retire writes nothing on the console', async () => {
  const warn = vi.spyOn(console, 'warn');
  await start();
  const { CHAT } = provider.operations;
  await Array.fromAsync(CHAT?.(chatRequest(), { targetModel: 'claude-sonnet-4-5', stream: false, signal: AbortSignal.timeout(5_000) }) ?? []);
  expect(fake.requests).toHaveLength(1);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test.each([false, true])('what was read from and written to the cache is part of the input (streamed: %s)', async (stream) => {
  await start(answers({ usage: { input: 100, cachedInput: 60, cacheWrite: 30, output: 8, reasoning: 3 } }));
  expect(gather(await ask(provider, chatRequest(), stream)).usage).toEqual({
    input: 100,
    cachedInput: 60,
    cacheWrite: 30,
    output: 8,
    reasoning: 3,
    audioInput: 0,
    audioOutput: 0,
    imageInput: 0,
    reported: true,
    serviceTier: 'standard',
  });
});

test('system messages and grounding go to the system prompt, the rest in turns', async () => {
  await start();
  await ask(
    provider,
    chatRequest({
      messages: [system('One.'), user('A'), user('B'), assistant('C'), assistant(''), system('Two.'), user('D')],
      grounding: [{ source: 'notes', text: 'Three.' }],
    }),
    false,
  );
  expect(fake.violations).toEqual([]);
  expect(body()).toMatchObject({
    max_tokens: 8_192,
    system: [{ text: 'One.' }, { text: 'Two.' }, { text: expect.stringContaining('Three.') as unknown }],
    messages: [
      { role: 'user', content: [{ text: 'A' }, { text: 'B' }] },
      { role: 'assistant', content: [{ text: 'C' }] },
      { role: 'user', content: [{ text: 'D' }] },
    ],
  });
});

test('results of tools come first in their turn, with their error flag', async () => {
  await start();
  const call: ContentPart = { type: 'toolCall', call: { id: 'c1', name: 'weather', arguments: '{"city":"Bern"}' } };
  await ask(
    provider,
    chatRequest({
      messages: [
        user('Weather?'),
        { role: 'ASSISTANT', content: [{ type: 'text', text: '' }, call] },
        { role: 'USER', content: [{ type: 'text', text: 'Well?' }, { type: 'toolResult', result: { toolCallId: 'c1', content: 'broken', isError: true } }] },
      ],
      tools: [weatherTool],
    }),
    false,
  );
  expect(fake.violations).toEqual([]);
  expect(body()).toMatchObject({ messages: [{}, {}, { content: [{ type: 'tool_result', is_error: true }, { type: 'text' }] }] });
});

test.each([false, true])('thinking goes back to the vendor as it came (streamed: %s)', async (stream) => {
  await start(answers({ text: 'So.', reasoning: { text: 'First this, then that.', signature: 'c2lnbmVk' } }));
  const { reasoning, signatures } = gather(await ask(provider, chatRequest(), stream));
  expect([reasoning, signatures]).toEqual(['First this, then that.', ['c2lnbmVk']]);
  const thought: ContentPart[] = [
    { type: 'reasoning', text: reasoning, signature: signatures[0] ?? null },
    { type: 'reasoning', text: 'of another vendor', signature: null },
    { type: 'text', text: 'So.' },
  ];
  await ask(provider, chatRequest({ messages: [user('Hi'), { role: 'ASSISTANT', content: thought }, user('And?')] }), stream);
  expect(fake.violations).toEqual([]);
  expect(body(1)).toMatchObject({ messages: [{}, { content: [{ type: 'thinking', thinking: 'First this, then that.', signature: 'c2lnbmVk' }, { type: 'text' }] }, {}] });
});

test('encrypted thinking goes back as it came', async () => {
  const whole = { type: 'message', model: 'm', stop_reason: 'end_turn', content: [{ type: 'redacted_thinking', data: 'ZW5j' }, { type: 'text', text: 'So.' }] };
  await start({ faults: [{ kind: 'raw', contentType: 'application/json', pieces: [JSON.stringify(whole)] }] });
  const { signatures } = gather(await ask(provider, chatRequest(), false));
  fake.behave({});
  await ask(provider, chatRequest({ messages: [user('Hi'), { role: 'ASSISTANT', content: [{ type: 'reasoning', text: '', signature: signatures[0] ?? null }, { type: 'text', text: 'So.' }] }, user('And?')] }), false);
  expect(body(1)).toMatchObject({ messages: [{}, { content: [{ type: 'redacted_thinking', data: 'ZW5j' }, {}] }, {}] });
  expect(fake.violations).toEqual([]);
});

describe('JSON', () => {
  test.each([false, true])('without a schema is a forced tool, and its arguments are the text (streamed: %s)', async (stream) => {
    await start(answers({ toolCalls: [{ name: 'json', arguments: { city: 'Bern', days: [1, 2] } }] }));
    const answer = gather(await ask(provider, chatRequest({ responseFormat: { type: 'json' } }), stream));
    expect(JSON.parse(answer.text)).toEqual({ city: 'Bern', days: [1, 2] });
    expect(answer).toMatchObject({ toolCalls: [], finish: 'STOP' });
    expect(fake.violations).toEqual([]);
  });

  test('without a schema leaves the caller\'s own tools to the model', async () => {
    await start(answers({ toolCalls: [{ name: 'weather', arguments: { city: 'Bern' } }] }));
    const answer = gather(await ask(provider, chatRequest({ responseFormat: { type: 'json' }, tools: [weatherTool] }), true));
    expect(answer).toMatchObject({ toolCalls: [{ name: 'weather' }], finish: 'TOOL_CALLS' });
    expect(JSON.stringify(body()?.['system'])).toContain('JSON');
  });

  test('by a schema is brought into the part of the language that the vendor enforces', async () => {
    await start(answers('{"n":1}'));
    const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] };
    await ask(provider, chatRequest({ responseFormat: { type: 'jsonSchema', name: 'n', schema, strict: false } }), false);
    expect(fake.violations).toEqual([]);
    expect(body()).toMatchObject({ output_config: { format: { type: 'json_schema', schema: { additionalProperties: false } } } });
  });

  test('by a schema that cannot be enforced is unsupported', async () => {
    await start();
    await expect(ask(provider, chatRequest({ responseFormat: { type: 'jsonSchema', name: 'x', schema: { properties: {} }, strict: true } }), false)).rejects.toMatchObject({ kind: 'unsupported' });
    expect(fake.requests).toHaveLength(0);
  });
});

test('the version of the API that still samples gets the temperature, lowered to its largest', async () => {
  await start({}, { headers: { 'anthropic-version': '2023-06-01' } });
  const { warnings } = gather(await ask(provider, chatRequest({ temperature: 1.7, topP: 0.5 }), false));
  expect(body()).toMatchObject({ temperature: 1, top_p: 0.5 });
  expect(warnings).toEqual([expect.stringContaining('temperature')]);
  expect(fake.violations).toEqual([]);
});

test('sound is unsupported, and nobody is asked', async () => {
  await start();
  await expect(ask(provider, chatRequest({ messages: [{ role: 'USER', content: [{ type: 'audio', audio: { bytes: Uint8Array.of(1), format: 'wav' } }] }] }), false)).rejects.toMatchObject({ kind: 'unsupported' });
  expect(fake.requests).toHaveLength(0);
});

test('a tool call that another vendor has named can be continued', async () => {
  await start();
  const call: ContentPart = { type: 'toolCall', call: { id: 'functions.weather:0', name: 'weather', arguments: '{}' } };
  const result: ContentPart = { type: 'toolResult', result: { toolCallId: 'functions.weather:0', content: 'sunny', isError: false } };
  await ask(provider, chatRequest({ messages: [user('?'), { role: 'ASSISTANT', content: [call] }, { role: 'TOOL', content: [result] }], tools: [weatherTool] }), false);
  expect(fake.violations).toEqual([]);
});

test('arguments of a tool call that are no JSON object cannot be sent back', async () => {
  await start();
  const call: ContentPart = { type: 'toolCall', call: { id: 'c1', name: 'weather', arguments: '{"city":' } };
  await expect(ask(provider, chatRequest({ messages: [user('?'), { role: 'ASSISTANT', content: [call] }] }), false)).rejects.toMatchObject({ kind: 'bad_request' });
});

test('a rate limit without a status, in mid-stream', async () => {
  await start({ faults: [{ kind: 'errorEvent', afterTokens: 0, error: { type: 'rate_limit_error', message: 'slow down' } }] });
  await expect(ask(provider, chatRequest(), true)).rejects.toMatchObject({ kind: 'rate_limited' });
});
