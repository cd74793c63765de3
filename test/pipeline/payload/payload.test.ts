import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, failsWith, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { findInFolder } from '../../harness/bytes.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { issueKey } from '../../harness/keys.ts';

const SECRET = 'a secret of 32 characters or more';
let vendor: FakeVendor;

beforeAll(async () => {
  vendor = await startFakeOpenAI();
});
beforeEach(() => {
  vendor.reset();
  vendor.behave(answers('Yes.'));
});
afterAll(() => vendor.close());

const start = (payloads: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  TestGateway.start({
    secret: SECRET,
    config: {
      providers: { here: { kind: 'local' }, shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: {
        support: { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'shop', model: 'gpt-test' }] },
        feelings: { operation: 'sentiment', targets: [{ provider: 'here', model: 'lexicon' }] },
        vectors: { operation: 'embed', targets: [{ provider: 'shop', model: 'vectors' }] },
      },
      policies: { default: { payloads, ...more } },
    },
  });

const ASK = 'query ($text: String!) { chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) { text } }';
const KEPT = '{ calls { nodes { id operation payload { prompt answer } } } }';

interface Kept {
  calls: { nodes: { id: string; operation: string; payload: { prompt: string; answer: string } | null }[] };
}

async function kept(gateway: TestGateway, init: RequestInit = {}) {
  return gateway.query<Kept>(KEPT, {}, init);
}

test('keeps what was said in masked form, as the vendor saw it', async () => {
  await using gateway = await start({ store: true });
  vendor.behave(answers('I write to [EMAIL_1] at once.'));
  const { data } = await gateway.query<{ chat: { text: string } }>(ASK, { text: 'Write to anna.schmidt@example.com' });
  expect(data?.chat.text).toBe('I write to anna.schmidt@example.com at once.');
  const [call] = (await kept(gateway)).data?.calls.nodes ?? [];
  expect(JSON.parse(call?.payload?.prompt ?? '')).toEqual({ messages: [{ role: 'USER', content: [{ type: 'text', text: 'Write to [EMAIL_1]' }] }] });
  expect(call?.payload?.answer).toBe('I write to [EMAIL_1] at once.');
});

test('cannot be found in the bytes of the data folder', async () => {
  await using gateway = await start({ store: true });
  vendor.behave(answers('The Lebkuchen-0815 is on its way.'));
  await gateway.query(ASK, { text: 'Where is my Käsekuchen-4711?' });
  vendor.behave(failsWith(400, { error: { message: 'Käsekuchen-4711 is no cake' } }));
  await gateway.query(ASK, { text: 'Where is my Käsekuchen-4711?' });
  expect((await kept(gateway)).data?.calls.nodes.map(({ payload }) => payload?.answer)).toEqual(['', 'The Lebkuchen-0815 is on its way.']);
  expect(await findInFolder(gateway.dataDir, ['Käsekuchen', 'Lebkuchen', '4711', '0815'])).toEqual([]);
});

test('keeps nothing where the policy says nothing, and of no call by a share of none', async () => {
  for (const payloads of [{}, { store: true, sample: 0 }]) {
    await using gateway = await start(payloads);
    await gateway.query(ASK, { text: 'Hello' });
    expect((await kept(gateway)).data?.calls.nodes.map(({ payload }) => payload)).toEqual([null]);
  }
});

test('keeps nothing of a call that was refused before it was masked', async () => {
  await using gateway = await start({ store: true }, { limits: { tokensPerMinute: 1 } });
  await gateway.query(ASK, { text: 'anna.schmidt@example.com' });
  expect((await kept(gateway)).data?.calls.nodes.map(({ payload }) => payload)).toEqual([null]);
});

test('keeps texts to embed and the number of vectors', async () => {
  await using gateway = await start({ store: true });
  expect((await gateway.query('{ embed(input: { texts: ["one", "two"] }) { dimensions } }')).errors).toBeUndefined();
  const [call] = (await kept(gateway)).data?.calls.nodes ?? [];
  expect(JSON.parse(call?.payload?.prompt ?? '')).toEqual({ texts: ['one', 'two'], dimensions: null });
  expect(JSON.parse(call?.payload?.answer ?? '')).toEqual({ vectors: 2 });
});

test('shows it only to who has the scope', async () => {
  await using gateway = await start({ store: true }, { scopes: ['*'] });
  const ask = async (scopes: string[]) => {
    const authorization = `Bearer ${await issueKey(gateway, { app: 'shop', scopes }, SECRET)}`;
    await gateway.query(ASK, { text: 'Hello' }, { headers: { authorization } });
    return kept(gateway, { headers: { authorization } });
  };
  const without = await ask(['chat']);
  expect(without.data?.calls.nodes.map(({ payload }) => payload)).toEqual([null]);
  expect(without.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  const { data, errors } = await ask(['chat', 'payloads']);
  expect(errors).toBeUndefined();
  expect(data?.calls.nodes.every(({ payload }) => payload !== null)).toBe(true);
});

describe('with its private values, where the policy keeps them,', () => {
  const NAME = 'Anna "Blue\\Heron" Schmidt';
  const mask = ['EMAIL', { name: 'PROJECT', words: [NAME] }, { name: 'STAFF', words: ['Nightingale'], mode: 'redact' }];
  const views = async (gateway: TestGateway) => {
    const agent = await issueKey(gateway, { app: 'desk', scopes: ['payloads', 'ledger:read'] }, SECRET);
    const [masked, original] = await Promise.all([kept(gateway, { headers: { authorization: `Bearer ${agent}` } }), kept(gateway)]);
    expect([masked.errors, original.errors]).toEqual([undefined, undefined]);
    return [masked, original].map(({ data }) => data?.calls.nodes[0]?.payload);
  };

  test('reads as the caller wrote it, tools and JSON too; what is not to come back does not', async () => {
    await using gateway = await start({ store: true, originals: true }, { scopes: ['*'], mask });
    // The number that the caller wrote itself is not given out.
    vendor.behave(answers('{"to":"[PROJECT_2]"}'));
    const text = `Ask ${NAME} or Nightingale, not [PROJECT_1] or [PROJECT_7].`;
    const toolCall = { id: 'a', name: 'find', arguments: { who: NAME, mail: 'anna@example.com' } };
    const toolResult = { toolCallId: 'a', content: JSON.stringify({ rows: [{ who: NAME }] }) };
    const messages = [
      { role: 'USER', content: [{ text }] },
      { role: 'ASSISTANT', content: [{ toolCall }] },
      { role: 'TOOL', content: [{ toolResult }] },
    ];
    const asked = await gateway.query<{ chat: { text: string } }>('query ($input: ChatInput!) { chat(input: $input) { text } }', { input: { messages, responseFormat: { type: 'JSON_OBJECT' } } });
    expect(asked.errors).toBeUndefined();
    const [masked, original] = await views(gateway);
    expect(masked?.prompt).not.toMatch(/Heron|anna@|Nightingale/);
    expect(masked?.answer).toBe('{"to":"[PROJECT_2]"}');
    const { messages: read } = JSON.parse(original?.prompt ?? '') as { messages: { content: { text?: string; call?: { arguments: string }; content?: string }[] }[] };
    const [said, called, found] = read.map(({ content }) => content[0]);
    expect(said?.text).toBe(text.replace('Nightingale', '[STAFF]'));
    expect(JSON.parse(called?.call?.arguments ?? '')).toEqual(toolCall.arguments);
    expect(found?.content).toBe(toolResult.content);
    expect(original?.answer).toBe(asked.data?.chat.text);
    expect(JSON.parse(original?.answer ?? '')).toEqual({ to: NAME });
  });

  test('reads so too of a model of this machine, for which nothing was masked', async () => {
    await using gateway = await start({ store: true, originals: true }, { scopes: ['*'], mask });
    const text = `${NAME} of "anna@example.com" and Nightingale are awful.`;
    expect((await gateway.query('query ($text: String!) { sentiment(input: { text: $text, language: "en" }) { label } }', { text })).errors).toBeUndefined();
    const [masked, original] = await views(gateway);
    expect(JSON.parse(masked?.prompt ?? '')).toEqual({ text: '[PROJECT_1] of "[EMAIL_1]" and [STAFF] are awful.', language: 'en' });
    expect(JSON.parse(original?.prompt ?? '')).toEqual({ text: text.replace('Nightingale', '[STAFF]'), language: 'en' });
    expect(original?.answer).toBe(masked?.answer);
  });

  test('is masked for everybody where it does not', async () => {
    await using gateway = await start({ store: true }, { scopes: ['*'], mask });
    await gateway.query(ASK, { text: `Ask ${NAME}` });
    const [masked, original] = await views(gateway);
    expect(original).toEqual(masked);
    expect(masked?.prompt).toContain('[PROJECT_1]');
  });
});
