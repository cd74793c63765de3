import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { findInFolder } from '../../harness/bytes.ts';
import { TestGateway } from '../../harness/gateway.ts';

const EMAIL = 'anna.berger@example.org';
const CARD = '4111 1111 1111 1111';
const IBAN = 'DE89 3704 0044 0532 0130 00';
const SECRETS = [EMAIL, CARD, IBAN];

let vendor: FakeVendor;
let gateway: TestGateway;
beforeAll(async () => {
  vendor = await startFakeOpenAI();
  const target = { provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } };
  gateway = await TestGateway.start({
    config: {
      providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url }, local: { kind: 'local' } },
      models: {
        replies: { operation: 'chat', route: { retries: 0, firstTokenMs: 10_000, idleMs: 10_000 }, targets: [target] },
        // The first answer waits for the model to be made ready.
        here: { operation: 'chat', route: { firstTokenMs: 60_000, idleMs: 60_000 }, targets: [{ provider: 'local', model: 'extractive' }] },
        feeling: { operation: 'sentiment', targets: [target] },
        vectors: { operation: 'embed', targets: [target] },
      },
    },
  });
});
beforeEach(() => {
  vendor.reset();
  vendor.behave(answers('Good.'));
});
afterEach(() => {
  if (vendor.violations.length > 0) throw new Error(JSON.stringify(vendor.violations));
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
});

const sent = (): string => JSON.stringify(vendor.requests.map(({ body }) => body));
const CHAT = 'query ($input: ChatInput!) { chat(input: $input) { text toolCalls { arguments } refusal meta { masked { kind count } warnings } } }';
const EVENTS = 'subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDelta { text } ... on ChatToolCallDelta { arguments } ... on ChatDone { text toolCalls { arguments } } ... on ChatError { code message } } }';

interface ChatAnswer {
  chat: { text: string; toolCalls: { arguments: string }[]; refusal: string | null; meta: { masked: { kind: string; count: number }[]; warnings: string[] } };
}

function say(...texts: string[]) {
  return { messages: texts.map((text) => ({ role: 'USER', content: [{ text }] })) };
}

async function ask(input: Record<string, unknown>): Promise<ChatAnswer['chat']> {
  const { data, errors } = await gateway.query<ChatAnswer>(CHAT, { input });
  expect(errors).toBeUndefined();
  if (data == null) throw new Error('no data');
  return data.chat;
}

describe('chat', () => {
  test('the vendor sees placeholders, the caller its own text, and meta and the ledger how many', async () => {
    vendor.behave(answers('I wrote to [EMAIL_1] about [CARD_1], then to [EMAIL_1] again.'));
    const chat = await ask({ ...say(`I am ${EMAIL}, my card is ${CARD}.`, `Write to ${EMAIL}.`) });
    expect(chat.text).toBe(`I wrote to ${EMAIL} about ${CARD}, then to ${EMAIL} again.`);
    expect(chat.meta.masked).toEqual(expect.arrayContaining([{ kind: 'EMAIL', count: 2 }, { kind: 'CARD', count: 1 }]));
    expect(sent()).toContain('Write to [EMAIL_1].');
    for (const secret of SECRETS) expect(sent()).not.toContain(secret);
    const { data } = await gateway.query('{ calls(first: 1) { nodes { masked { kind count } } } }');
    expect(data).toMatchObject({ calls: { nodes: [{ masked: expect.arrayContaining([{ kind: 'EMAIL', count: 2 }]) }] } });
  });

  test('all roles, tool calls, and results of tools', async () => {
    vendor.behave(answers({ toolCalls: [{ name: 'send', arguments: { to: '[EMAIL_1]', note: 'said "[IBAN_1]"' } }], finish: 'tool_calls' }));
    const chat = await ask({
      tools: [{ name: 'send', description: 'Sends mail to help@example.com.', parameters: { type: 'object' } }],
      messages: [
        { role: 'SYSTEM', content: [{ text: `The customer is ${EMAIL}.` }] },
        { role: 'USER', content: [{ text: 'Look me up.' }] },
        { role: 'ASSISTANT', content: [{ toolCall: { id: 'c1', name: 'find', arguments: { mail: EMAIL } } }] },
        { role: 'TOOL', content: [{ toolResult: { toolCallId: 'c1', content: JSON.stringify({ iban: IBAN, lines: [EMAIL] }) } }] },
      ],
    });
    for (const secret of SECRETS) expect(sent()).not.toContain(secret);
    // What the application itself says of its tools stays.
    expect(sent()).toContain('help@example.com');
    expect(JSON.parse(chat.toolCalls[0]?.arguments ?? '')).toEqual({ to: EMAIL, note: `said "${IBAN}"` });
  });

  test('JSON output stays JSON whatever stands in the value', async () => {
    const name = '"anna berger"@example.org';
    vendor.behave(answers('{"mail":"[EMAIL_1]"}'));
    const chat = await ask({ ...say(`Mail: ${name} and JSON please`), responseFormat: { type: 'JSON_OBJECT' } });
    expect(JSON.parse(chat.text)).toEqual({ mail: name });
    expect(sent()).not.toContain('anna');
  });

  test('a stream that is cut anywhere reads as the whole', async () => {
    const whole = `Dear [EMAIL_1]: [CARD_1], [IBAN_1] and [EMAIL_1]. [EMAIL_9] is not yours, nor [EMAI.`;
    const expected = whole.replaceAll('[EMAIL_1]', EMAIL).replaceAll('[CARD_1]', CARD).replaceAll('[IBAN_1]', IBAN);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: whole.length }), { maxLength: 12 }), async (places) => {
        const cuts = [0, ...places.sort((a, b) => a - b), whole.length];
        const pieces = cuts.slice(1).map((end, index) => whole.slice(cuts[index], end)).filter((piece) => piece !== '');
        vendor.behave(answers({ text: pieces }));
        const events = await gateway.collect<{ chat: { text?: string; __typename: string } }>(EVENTS, { input: say(`${EMAIL} ${CARD} ${IBAN}`) });
        const chat = events.map(({ data }) => data?.chat);
        expect(chat.at(-1)).toMatchObject({ __typename: 'ChatDone', text: expected });
        expect(chat.slice(0, -1).map((event) => event?.text ?? '').join('')).toBe(expected);
      }),
      { numRuns: 25 },
    );
    for (const secret of SECRETS) expect(sent()).not.toContain(secret);
  });

  test('what does not leave this machine stays as it is', async () => {
    const chat = await ask({ model: 'here', ...say(`Hello, I am ${EMAIL}.`) });
    expect(chat.meta.masked).toEqual([]);
    expect(vendor.requests).toEqual([]);
  });
});

describe('other operations', () => {
  test('texts of sentiment and embeddings are masked', async () => {
    vendor.behave((request) => (request.path.includes('embeddings') ? answers({}) : answers(JSON.stringify({ label: 'NEUTRAL', score: 0, confidence: 1, emotions: [], language: 'en' }))));
    const { data, errors } = await gateway.query('query ($text: String!) { sentiment(input: { text: $text }) { label meta { masked { kind } } } embed(input: { texts: [$text] }) { meta { masked { kind } } } }', { text: `${EMAIL} is angry` });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ sentiment: { label: 'NEUTRAL', meta: { masked: [{ kind: 'EMAIL' }] } }, embed: { meta: { masked: [{ kind: 'EMAIL' }] } } });
    expect(vendor.requests).toHaveLength(2);
    expect(sent()).not.toContain(EMAIL);
  });
});

describe('when it cannot be done', () => {
  const endless = `${EMAIL} `.repeat(46_000);

  test('the call is refused with a coded error, and nothing is sent', async () => {
    const { data, errors } = await gateway.query(CHAT, { input: say(endless) });
    expect(data ?? null).toBeNull();
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('masked'), extensions: { code: 'GUARDRAIL_BLOCKED', guardrail: 'masking', reason: 'overload' } });
    expect(JSON.stringify(errors)).not.toContain(EMAIL);
    expect(vendor.requests).toEqual([]);
  });
});

test('no value is in the bytes of the ledger', async () => {
  await ask(say(`I am ${EMAIL}, ${CARD}, ${IBAN}.`));
  expect(await findInFolder(gateway.dataDir, SECRETS)).toEqual([]);
});
