import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers, type FakeVendor } from '../../faults/index.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start({ policies: { default: { scopes: ['*'], mask: ['EMAIL'] } } });
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const MAIL = 'ann@example.com';
const sent = (vendor: FakeVendor): string => JSON.stringify(vendor.requests.map(({ body }) => body));
/** Answers with the placeholder that the question came with. */
const echo = (vendor: FakeVendor): void => vendor.behave(({ body }) => answers(`I write to ${/\[EMAIL_\d+\]/.exec(JSON.stringify(body))?.[0] ?? 'nobody'}.`));

test('masking holds for chat completions: messages, names, the user and parameters of the vendor', async () => {
  echo(vendors.openai);
  const client = vendors.openaiClient();
  const request = {
    model: 'gpt',
    messages: [{ role: 'user' as const, content: `Write to ${MAIL}.`, name: MAIL }],
    user: MAIL,
    safety_identifier: MAIL,
  };
  const whole = await client.chat.completions.create(request);
  expect(whole.choices[0]?.message.content).toBe(`I write to ${MAIL}.`);
  const streamed = await client.chat.completions.stream(request).finalContent();
  expect(streamed).toBe(`I write to ${MAIL}.`);
  expect(sent(vendors.openai)).not.toContain(MAIL);
  expect(sent(vendors.openai)).toContain('[EMAIL_1]');
});

test('masking holds for messages: system, results of tools and the user', async () => {
  echo(vendors.anthropic);
  const client = vendors.anthropicClient();
  const request = {
    model: 'claude',
    max_tokens: 100,
    system: `You work for ${MAIL}.`,
    tools: [{ name: 'find', input_schema: { type: 'object' as const, properties: {} } }],
    messages: [
      { role: 'user' as const, content: 'Who is it?' },
      { role: 'assistant' as const, content: [{ type: 'tool_use' as const, id: 'toolu_1', name: 'find', input: { mail: MAIL } }] },
      { role: 'user' as const, content: [{ type: 'tool_result' as const, tool_use_id: 'toolu_1', content: [{ type: 'text' as const, text: MAIL }] }] },
    ],
    metadata: { user_id: MAIL },
  };
  expect((await client.messages.create(request)).content).toMatchObject([{ type: 'text', text: `I write to ${MAIL}.` }]);
  expect(await client.messages.stream(request).finalText()).toBe(`I write to ${MAIL}.`);
  expect(sent(vendors.anthropic)).not.toContain(MAIL);
});

test('masking holds for responses and embeddings, and for a conversation that goes on', async () => {
  echo(vendors.openai);
  const client = vendors.openaiClient();
  const first = await client.responses.create({ model: 'gpt', input: `Write to ${MAIL}.`, instructions: `For ${MAIL}.` });
  expect(first.output_text).toBe(`I write to ${MAIL}.`);
  const second = await client.responses.stream({ model: 'gpt', input: 'And now?', previous_response_id: first.id }).finalResponse();
  expect(second.output_text).toBe(`I write to ${MAIL}.`);
  await client.embeddings.create({ model: 'vectors', input: `Write to ${MAIL}.` });
  expect(sent(vendors.openai)).not.toContain(MAIL);
});

test('thinking keeps its signature behind its text', async () => {
  vendors.anthropic.behave(({ body }) => answers({ reasoning: { text: `It goes to ${/\[EMAIL_\d+\]/.exec(JSON.stringify(body))?.[0] ?? ''}`, signature: 'c2ln' }, text: 'Done.' }));
  const request = { model: 'claude', max_tokens: 100, messages: [{ role: 'user' as const, content: `Write to ${MAIL}.` }] };
  const expected = [{ type: 'thinking', thinking: `It goes to ${MAIL}`, signature: 'c2ln' }, { type: 'text', text: 'Done.' }];
  expect((await vendors.anthropicClient().messages.create(request)).content).toMatchObject(expected);
  expect((await vendors.anthropicClient().messages.stream(request).finalMessage()).content).toMatchObject(expected);
});

test('probabilities do not spell out what is masked', async () => {
  vendors.openai.behave(({ body }) => {
    const placeholder = /\[EMAIL_\d+\]/.exec(JSON.stringify(body))?.[0] ?? '';
    const answer = {
      id: 'x', object: 'chat.completion', created: 1, model: 'gpt-test',
      choices: [{ index: 0, message: { role: 'assistant', content: placeholder, refusal: null }, logprobs: { content: [{ token: placeholder, logprob: -0.1, bytes: null, top_logprobs: [] }], refusal: null }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    };
    return { faults: [{ kind: 'raw', contentType: 'application/json', pieces: [JSON.stringify(answer)] }] };
  });
  const { data, response } = await vendors
    .openaiClient()
    .chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: MAIL }], logprobs: true })
    .withResponse();
  expect(data.choices[0]).toMatchObject({ message: { content: MAIL }, logprobs: null });
  expect(response.headers.get('x-kanon-warnings')).toContain('probabilities');
});

test('filters that hold text back keep the parts of an answer in their order', async () => {
  const guardrails = [{ kind: 'words', words: ['forbidden fruit'], mode: 'block', on: ['output'] }];
  await using guarded = await TwoVendors.start({ policies: { default: { scopes: ['*'], mask: ['EMAIL'], guardrails } } });
  guarded.anthropic.behave(
    answers({ reasoning: { text: 'Look up [', signature: 'c2ln' }, text: 'I look it up [EMAIL', toolCalls: [{ id: 'toolu_1', name: 'find', arguments: { what: 'it' } }] }),
  );
  const request = {
    model: 'claude',
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: `Find ${MAIL}.` }],
    tools: [{ name: 'find', input_schema: { type: 'object' as const, properties: {} } }],
  };
  const expected = [
    { type: 'thinking', thinking: 'Look up [', signature: 'c2ln' },
    { type: 'text', text: 'I look it up [EMAIL' },
    { type: 'tool_use', id: 'toolu_1', input: { what: 'it' } },
  ];
  const whole = await guarded.anthropicClient().messages.create(request);
  expect(whole.content).toHaveLength(3);
  expect(whole.content).toMatchObject(expected);
  const streamed = await guarded.anthropicClient().messages.stream(request).finalMessage();
  expect(streamed.content).toHaveLength(3);
  expect(streamed.content).toMatchObject(expected);
});
