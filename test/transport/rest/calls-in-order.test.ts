import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PartialBehaviour } from '../../faults/index.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

function stream(deltas: readonly object[]): PartialBehaviour {
  const chunk = (delta: object, finish_reason: string | null = null) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const pieces = [...deltas.map((delta) => chunk(delta)), chunk({}, 'tool_calls'), 'data: [DONE]\n\n'];
  return { faults: [{ kind: 'raw', contentType: 'text/event-stream', pieces }] };
}
const opens = (index: number) => ({ tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name: 'weather', arguments: '' } }] });
const writes = (index: number, args: string) => ({ tool_calls: [{ index, function: { arguments: args } }] });

const ALTERNATING = [
  opens(0), opens(1), opens(2), writes(0, '{"city":'), writes(1, '{"city":"Bo'), writes(0, '"U}l'), writes(1, 'nn"}'), writes(0, 'm\\""}'), { content: 'I look.' }, writes(1, '\n'),
];

test('tool calls that a server writes at once come out one after the other', async () => {
  vendors.openai.behave(() => stream(ALTERNATING));
  const tools = [{ name: 'weather', input_schema: { type: 'object' as const, properties: {} } }];
  const question = { role: 'user' as const, content: 'Weather?' };
  const message = await vendors.anthropicClient().messages.stream({ model: 'gpt', max_tokens: 100, messages: [question], tools }).finalMessage();
  expect(message.content).toMatchObject([
    { type: 'tool_use', id: 'call_0', input: { city: 'U}lm"' } },
    { type: 'tool_use', id: 'call_1', input: { city: 'Bonn' } },
    { type: 'tool_use', id: 'call_2', input: {} },
    { type: 'text', text: 'I look.' },
  ]);
  const parameters = { type: 'object', properties: {}, additionalProperties: false };
  const functions = [{ type: 'function' as const, name: 'weather', parameters, strict: true }];
  const response = await vendors.openaiClient().responses.stream({ model: 'gpt', input: 'Weather?', tools: functions }).finalResponse();
  expect(response.output).toMatchObject([
    { type: 'function_call', call_id: 'call_0', arguments: '{"city":"U}lm\\""}' },
    { type: 'function_call', call_id: 'call_1', arguments: '{"city":"Bonn"}' },
    { type: 'function_call', call_id: 'call_2', arguments: '{}' },
    { type: 'message' },
  ]);
});

test("of an Anthropic model, a call without arguments does not hold up the next", async () => {
  const block = (index: number, content_block: object) => `event: content_block_start\ndata: ${JSON.stringify({ type: 'content_block_start', index, content_block })}\n\n`;
  const stop = (index: number) => `event: content_block_stop\ndata: {"type":"content_block_stop","index":${index}}\n\n`;
  const pieces = [
    'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
    block(0, { type: 'tool_use', id: 'a', name: 'now', input: {} }), stop(0),
    block(1, { type: 'tool_use', id: 'b', name: 'now', input: {} }), stop(1),
    'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}\n\n',
    'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  ];
  vendors.anthropic.behave({ faults: [{ kind: 'raw', contentType: 'text/event-stream', pieces }] });
  const tools = [{ name: 'now', input_schema: { type: 'object' as const, properties: {} } }];
  const stream = vendors.anthropicClient().messages.stream({ model: 'claude', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], tools });
  expect((await stream.finalMessage()).content).toMatchObject([{ id: 'a', input: {} }, { id: 'b', input: {} }]);
});
