import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, failsWith, tokens, withFaults } from '../../faults/index.ts';
import { PRICE, TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const guarded = [
  { kind: 'words', on: ['output'], words: ['forbidden fruit'], mode: 'block' },
  { kind: 'jsonSchema', schema: SCHEMA, mode: 'block' },
];
beforeAll(async () => {
  const route = { retries: 0, totalMs: 60_000, firstTokenMs: 10_000, idleMs: 10_000 };
  const claude = (model: string) => ({ provider: 'anthropic', model, price: PRICE });
  const gpt = { provider: 'openai', model: 'gpt-test', price: PRICE };
  vendors = await TwoVendors.start({
    policies: { default: { scopes: ['*'], mask: ['EMAIL'] }, strict: { scopes: ['*'], mask: [], guardrails: guarded } },
    models: {
      gpt: { operation: 'chat', route, targets: [gpt] },
      claude: { operation: 'chat', route, targets: [claude('claude-test')] },
      gptFirst: { operation: 'chat', route, targets: [gpt, claude('claude-test')] },
      server: { operation: 'chat', route, targets: [{ ...gpt, prefill: true }] },
      rescued: { operation: 'chat', route: { ...route, rescue: 'continue' }, targets: [claude('claude-first'), { ...claude('claude-second'), prefill: true }] },
    },
  });
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const question = { role: 'user' as const, content: 'Which one? (A) Sol (B) Helios' };
const begun = { role: 'assistant' as const, content: 'The best answer is (' };
const ASK = { model: 'claude', max_tokens: 100, messages: [question, begun] };
const sent = (vendor = vendors.anthropic): unknown => vendor.requests.at(-1)?.body['messages'];

describe('an answer that the request has begun', () => {
  test('goes to an Anthropic model, and what comes back is what follows', async () => {
    vendors.anthropic.behave(answers('B)'));
    const client = vendors.anthropicClient();
    expect((await client.messages.create(ASK)).content).toMatchObject([{ type: 'text', text: 'B)' }]);
    expect(await client.messages.stream(ASK).finalText()).toBe('B)');
    expect(sent()).toEqual([
      { role: 'user', content: [{ type: 'text', text: question.content }] },
      { role: 'assistant', content: [{ type: 'text', text: begun.content }] },
    ]);
  });

  test('asked for by chat completions, by responses and by GraphQL too', async () => {
    vendors.anthropic.behave(() => answers('B)'));
    const client = vendors.openaiClient();
    const completion = await client.chat.completions.create({ model: 'claude', messages: [question, begun] });
    expect(completion.choices[0]?.message.content).toBe('B)');
    const response = await client.responses.create({ model: 'claude', input: [question, begun] });
    expect(response.output_text).toBe('B)');
    const messages = [{ role: 'USER', content: [{ text: question.content }] }, { role: 'ASSISTANT', content: [{ text: begun.content }] }];
    const { data, errors } = await vendors.gateway.query<{ chat: { text: string } }>('query ($messages: [MessageInput!]!) { chat(input: { model: "claude", messages: $messages }) { text } }', { messages });
    expect({ errors, text: data?.chat.text }).toEqual({ errors: undefined, text: 'B)' });
  });

  test('passes over a target that would begin anew, unless the operator says that it goes on', async () => {
    vendors.anthropic.behave(answers('B)'));
    vendors.openai.behave(() => answers('B)'));
    const client = vendors.anthropicClient();
    expect((await client.messages.create({ ...ASK, model: 'gptFirst' })).content).toMatchObject([{ text: 'B)' }]);
    expect(vendors.openai.requests).toHaveLength(0);
    await expect(client.messages.create({ ...ASK, model: 'gpt' })).rejects.toMatchObject({ status: 400, message: expect.stringContaining('does not go on with an answer that is begun') as unknown });
    expect(vendors.openai.requests).toHaveLength(0);
    expect((await client.messages.create({ ...ASK, model: 'server' })).content).toMatchObject([{ text: 'B)' }]);
    expect(sent(vendors.openai)).toMatchObject([question, begun]);
  });

  test('is refused as the vendor refuses it, where its model is too new', async () => {
    const message = 'This model does not support assistant message prefill. The conversation must end with a user message.';
    vendors.anthropic.behave(failsWith(400, { error: { type: 'invalid_request_error', message } }));
    await expect(vendors.anthropicClient().messages.create(ASK)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('let the last message be of the user') as unknown });
  });

  test('must be text, and not end in white space', async () => {
    const client = vendors.anthropicClient();
    for (const content of ['Well, ', '', [{ type: 'thinking' as const, thinking: 'Hm.', signature: 'c2ln' }]]) {
      await expect(client.messages.create({ ...ASK, messages: [question, { role: 'assistant', content }] })).rejects.toMatchObject({ status: 400, message: expect.stringContaining('beginning of the answer') as unknown });
    }
    expect(vendors.anthropic.requests).toHaveLength(0);
  });

  test('leaves masked, and what it held comes back in what follows', async () => {
    vendors.anthropic.behave(answers({ text: ['I wrote to [EMA', 'IL_1] again.'] }));
    const messages = [question, { role: 'assistant' as const, content: 'Dear ann@example.com, I' }];
    expect(await vendors.anthropicClient().messages.stream({ ...ASK, messages }).finalText()).toBe('I wrote to ann@example.com again.');
    expect(JSON.stringify(sent())).toContain('Dear [EMAIL_1], I');
    expect(JSON.stringify(sent())).not.toContain('ann@example.com');
  });

  test('is asked for as text where JSON is wanted: a tool could not go on with it', async () => {
    vendors.anthropic.behave(answers('"city":"Ulm"}'));
    const messages = [{ role: 'user' as const, content: 'Which city? As JSON.' }, { role: 'assistant' as const, content: '{' }];
    const completion = await vendors.openaiClient().chat.completions.create({ model: 'claude', messages, response_format: { type: 'json_object' } });
    expect(completion.choices[0]?.message.content).toBe('"city":"Ulm"}');
    expect(vendors.anthropic.requests[0]?.body).not.toHaveProperty('tools');
  });

  test('is judged with what follows it', async () => {
    const apiKey = await vendors.issueKey({ app: 'strict', scopes: ['*'], policy: 'strict' });
    const client = vendors.anthropicClient({ apiKey });
    vendors.anthropic.behave(answers('"city":"Ulm"}'));
    const json = { ...ASK, messages: [question, { role: 'assistant' as const, content: '{' }] };
    expect((await client.messages.create(json)).content).toMatchObject([{ text: '"city":"Ulm"}' }]);
    vendors.anthropic.behave(answers('den fruit","city":"Ulm"}'));
    const split = { ...ASK, messages: [question, { role: 'assistant' as const, content: '{"food":"forbid' }] };
    await expect(client.messages.create(split)).rejects.toMatchObject({ status: 400, message: expect.stringMatching(/guardrail .{1,2}words/) as unknown });
  });

  test('and the part that was delivered before a break are one beginning for the next target', async () => {
    vendors.anthropic.behave((request) => (request.body['model'] === 'claude-first' ? withFaults(tokens(6), { kind: 'cut', afterTokens: 3 }) : answers(' and so on.')));
    const text = await vendors.anthropicClient().messages.stream({ ...ASK, model: 'rescued' }).finalText();
    expect(text).toBe('w1 w2 w3 and so on.');
    expect(sent()).toMatchObject([{ role: 'user' }, { role: 'assistant', content: [{ type: 'text', text: 'The best answer is (w1 w2 w3' }] }]);
  });
});
