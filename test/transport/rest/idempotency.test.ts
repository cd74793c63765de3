import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers, failsWith, tokens, withFaults } from '../../faults/index.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const ASK = { model: 'gpt', messages: [{ role: 'user' as const, content: 'Hello' }] };
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

test('the same key and body get the same answer, and one call is paid', async () => {
  vendors.openai.behave((_, attempt) => answers(`Answer ${attempt}.`));
  const client = vendors.openaiClient();
  const { data: first, response } = await client.chat.completions.create(ASK, keyed('one')).withResponse();
  const { data: second, response: replayed } = await client.chat.completions.create(ASK, keyed('one')).withResponse();
  expect(second).toEqual(first);
  expect(vendors.openai.requests).toHaveLength(1);
  expect(response.headers.get('x-kanon-replayed')).toBeNull();
  expect(replayed.headers.get('x-kanon-replayed')).toBe('true');
  expect(replayed.headers.get('x-kanon-call-id')).toBe(response.headers.get('x-kanon-call-id'));
  const other = await client.chat.completions.create(ASK, keyed('two'));
  expect(other.choices[0]?.message.content).toBe('Answer 2.');
});

test('one that comes while the first is under way waits for it', async () => {
  vendors.openai.behave(answers('Slowly.', { beforeFirstTokenMs: 300 }));
  const client = vendors.openaiClient();
  const both = await Promise.all([1, 2, 3].map(() => client.chat.completions.create(ASK, keyed('slow'))));
  expect(new Set(both.map(({ id }) => id)).size).toBe(1);
  expect(vendors.openai.requests).toHaveLength(1);
});

test('a stream is given again, whole and also while it runs', async () => {
  vendors.openai.behave(tokens(5, { betweenTokensMs: 30 }));
  const client = vendors.openaiClient();
  const ask = async () => {
    const stream = await client.chat.completions.create({ ...ASK, stream: true, stream_options: { include_usage: true } }, keyed('stream'));
    return Array.fromAsync(stream);
  };
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first.length).toBeGreaterThan(5);
  expect(second).toEqual(first);
  expect(await ask()).toEqual(first);
  expect(vendors.openai.requests).toHaveLength(1);
});

test('another body under the same key is refused', async () => {
  const client = vendors.openaiClient();
  await client.chat.completions.create(ASK, keyed('mine'));
  const other = client.chat.completions.create({ ...ASK, temperature: 1 }, keyed('mine'));
  await expect(other).rejects.toBeInstanceOf(OpenAI.UnprocessableEntityError);
  await expect(other).rejects.toMatchObject({ status: 422, param: 'idempotency-key' });
});

test('what failed is tried again, whole and streamed', async () => {
  const client = vendors.openaiClient();
  vendors.openai.behave(failsWith(500));
  await expect(client.chat.completions.create(ASK, keyed('again'))).rejects.toMatchObject({ status: 503 });
  vendors.openai.behave(withFaults(tokens(5), { kind: 'cut', afterTokens: 2 }));
  const broken = await client.chat.completions.create({ ...ASK, stream: true }, keyed('again, streamed'));
  await expect(Array.fromAsync(broken)).rejects.toBeInstanceOf(OpenAI.APIError);
  vendors.openai.behave(answers('Now.'));
  expect((await client.chat.completions.create(ASK, keyed('again'))).choices[0]?.message.content).toBe('Now.');
  const mended = await client.chat.completions.create({ ...ASK, stream: true }, keyed('again, streamed'));
  expect((await Array.fromAsync(mended)).map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Now.');
});

test('when the first leaves, the one that waits is answered all the same', async () => {
  vendors.openai.behave((_, attempt) => (attempt === 1 ? { faults: [{ kind: 'neverAnswer' }] } : answers('Here.')));
  const controller = new AbortController();
  const client = vendors.openaiClient();
  const first = client.chat.completions.create(ASK, { ...keyed('left'), signal: controller.signal });
  const gone = first.catch((error: unknown) => error);
  await expect.poll(() => vendors.openai.requests.length).toBe(1);
  const second = client.chat.completions.create(ASK, keyed('left'));
  setTimeout(() => controller.abort(), 100);
  expect(await gone).toBeInstanceOf(OpenAI.APIUserAbortError);
  expect((await second).choices[0]?.message.content).toBe('Here.');
});

test("another app's key is another key", async () => {
  vendors.openai.behave((_, attempt) => answers(`Answer ${attempt}.`));
  const apiKey = await vendors.issueKey({ app: 'other', scopes: ['*'] });
  const mine = await vendors.openaiClient().chat.completions.create(ASK, keyed('shared'));
  const theirs = await vendors.openaiClient({ apiKey }).chat.completions.create(ASK, keyed('shared'));
  expect(theirs.id).not.toBe(mine.id);
});
