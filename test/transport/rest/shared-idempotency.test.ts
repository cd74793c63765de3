import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { OpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers, failsWith, startFakeOpenAI, tokens, type FakeVendor } from '../../faults/index.ts';
import { ADMIN_KEY, TestGateway } from '../../harness/gateway.ts';
import { Proxy } from '../../ledger/proxy.ts';
import { redisUrl } from '../../redis/server.ts';

// A busy machine may be too slow for Redis' few milliseconds; each instance then goes by its own memory, and asks itself.
const BUSY = { retry: 3 };

let vendor: FakeVendor;
let proxy: Proxy;
let url: string;
let first: TestGateway;
let second: TestGateway;
beforeAll(async () => {
  vendor = await startFakeOpenAI();
  ({ proxy, url } = await Proxy.to(redisUrl()));
  const targets = [{ provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } }];
  const options = {
    config: { providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } }, models: { gpt: { operation: 'chat', route: { retries: 0 }, targets } }, policies: { default: { scopes: ['*'], mask: ['EMAIL'] } } },
    redisUrl: url,
    secret: 'a secret of both instances',
  };
  first = await TestGateway.start(options);
  second = await TestGateway.start(options);
});
afterAll(async () => {
  await Promise.all([first, second].map((gateway) => gateway[Symbol.asyncDispose]()));
  await vendor.close();
  await proxy.close();
});
beforeEach(() => vendor.reset());

const clientOf = (gateway: TestGateway) => new OpenAI({ apiKey: ADMIN_KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const ASK = { model: 'gpt', messages: [{ role: 'user' as const, content: 'Write to ann@example.com' }] };
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

test('what one instance has answered, the other gives again, and one call is paid', BUSY, async () => {
  vendor.behave((_, attempt) => answers(`Answer ${attempt} to [EMAIL_1].`));
  const key = keyed(randomUUID());
  const one = await clientOf(first).chat.completions.create(ASK, key);
  const { data: other, response } = await clientOf(second).chat.completions.create(ASK, key).withResponse();
  expect(other).toEqual(one);
  expect(response.headers.get('x-kanon-replayed')).toBe('true');
  expect(vendor.requests).toHaveLength(1);
});

test('the other waits while one answers, a stream too', BUSY, async () => {
  vendor.behave(tokens(4, { betweenTokensMs: 60 }));
  const key = keyed(randomUUID());
  const [one, other] = await Promise.all([first, second].map((gateway) => clientOf(gateway).chat.completions.stream(ASK, key).finalChatCompletion()));
  expect(other?.id).toBe(one?.id);
  expect(other?.choices[0]?.message.content).toBe('w1 w2 w3 w4');
  expect(vendor.requests).toHaveLength(1);
});

test('another body under the same key is refused by the other too, and what failed is tried again', BUSY, async () => {
  const key = keyed(randomUUID());
  vendor.behave(failsWith(400));
  await expect(clientOf(first).chat.completions.create(ASK, key)).rejects.toMatchObject({ status: 400 });
  vendor.behave(answers('Now.'));
  const retried = await clientOf(second).chat.completions.create(ASK, key);
  expect(retried.choices[0]?.message.content).toBe('Now.');
  await expect(clientOf(first).chat.completions.create({ ...ASK, user: 'else' }, key)).rejects.toMatchObject({ status: 422 });
});

test('who reads Redis reads nothing of it', async () => {
  vendor.behave(answers('A quiet word to [EMAIL_1].'));
  await clientOf(first).chat.completions.create(ASK, keyed('a telling key'));
  const redis = await createClient({ url: new URL('/', url).href }).connect();
  const prefix = new URL(url).searchParams.get('prefix') ?? '';
  const keys = await redis.keys(`${prefix}*`);
  const values = await Promise.all(keys.filter((key) => key.includes('sealed:')).map((key) => redis.get(key)));
  await redis.close();
  expect(values.length).toBeGreaterThan(0);
  const all = [...keys, ...values].join('\n') + values.map((value) => Buffer.from(value ?? '', 'base64').toString('latin1')).join('\n');
  for (const word of ['telling', 'quiet', 'ann@example.com', 'admin', 'completions']) expect(all).not.toContain(word);
});

test('without Redis each goes by its own memory', async () => {
  vendor.behave((_, attempt) => answers(`Answer ${attempt}.`));
  proxy.cut();
  const key = keyed(randomUUID());
  const ask = async (gateway: TestGateway) => (await clientOf(gateway).chat.completions.create(ASK, key)).choices[0]?.message.content;
  expect([await ask(first), await ask(first), await ask(second)]).toEqual(['Answer 1.', 'Answer 1.', 'Answer 2.']);
  proxy.mend();
});
