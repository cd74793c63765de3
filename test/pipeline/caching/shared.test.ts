import { createClient } from '@redis/client';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { Proxy } from '../../ledger/proxy.ts';
import { redisUrl } from '../../redis/server.ts';
import { config } from './house.ts';

// A busy machine may be too slow for Redis' few milliseconds; each instance then goes by its own memory.
const BUSY = { retry: 3 };

let vendor: FakeVendor;
let proxy: Proxy;
let url: string;
let first: TestGateway;
let second: TestGateway;
let stranger: TestGateway;
beforeAll(async () => {
  vendor = await startFakeOpenAI();
  ({ proxy, url } = await Proxy.to(redisUrl()));
  const options = { config: config(vendor), redisUrl: url, secret: 'a secret of both instances' };
  first = await TestGateway.start(options);
  second = await TestGateway.start(options);
  stranger = await TestGateway.start({ ...options, secret: 'a secret of its very own' });
});
afterAll(async () => {
  await Promise.all([first, second, stranger].map((gateway) => gateway[Symbol.asyncDispose]()));
  await vendor.close();
  await proxy.close();
});
beforeEach(() => {
  vendor.reset();
  vendor.behave((_, attempt) => answers(`Answer ${attempt} to [EMAIL_1].`));
});

async function ask(gateway: TestGateway, text: string): Promise<{ text: string; cached: boolean }> {
  const input = { model: 'kept', messages: [{ role: 'USER', content: [{ text }] }] };
  const { data, errors } = await gateway.query<{ chat: { text: string; meta: { cached: boolean } } }>('query ($input: ChatInput!) { chat(input: $input) { text meta { cached } } }', { input });
  if (data == null) throw new Error(JSON.stringify(errors));
  return { text: data.chat.text, cached: data.chat.meta.cached };
}

/** All that stands in Redis under the prefix of the test. */
async function readRedis(): Promise<{ keys: string[]; values: string[] }> {
  const direct = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
  const redis = await createClient({ url: direct.href }).connect();
  const keys = await redis.keys(`${new URL(url).searchParams.get('prefix') ?? ''}sealed:*`);
  const values = await Promise.all(keys.map(async (key) => (await redis.get(key)) ?? ''));
  redis.destroy();
  return { keys, values };
}

test('what one instance has kept, the other gives, and to each caller with their own values', BUSY, async () => {
  const word = crypto.randomUUID();
  expect(await ask(first, `Write to ann@example.com of ${word}`)).toEqual({ text: 'Answer 1 to ann@example.com.', cached: false });
  await vi.waitFor(async () => expect((await readRedis()).keys.length).toBeGreaterThan(0), { timeout: 20_000 });
  expect(await ask(second, `Write to bob@example.net of ${word}`)).toEqual({ text: 'Answer 1 to bob@example.net.', cached: true });
  expect(vendor.requests).toHaveLength(1);
});

test('an instance with another secret finds nothing', BUSY, async () => {
  await ask(first, 'A question to ann@example.com among friends');
  expect(await ask(stranger, 'A question to ann@example.com among friends')).toMatchObject({ cached: false });
});

test('who reads Redis reads nothing of it', BUSY, async () => {
  vendor.behave(answers('A quiet word to [EMAIL_1].'));
  await ask(first, 'Tell ann@example.com of the treasure');
  await vi.waitFor(async () => expect((await readRedis()).values.length).toBeGreaterThan(0), { timeout: 20_000 });
  const { keys, values } = await readRedis();
  const all = [...keys, ...values].join('\n') + values.map((value) => Buffer.from(value, 'base64').toString('latin1')).join('\n');
  for (const word of ['quiet', 'treasure', 'EMAIL', 'ann@example.com', 'admin', 'kept', 'gpt-test', 'vendor']) expect(all).not.toContain(word);
});

test('what a model of this machine answers stays on this machine where the policy masks', BUSY, async () => {
  const before = (await readRedis()).keys.length;
  const text = `I love ann@example.com, ${crypto.randomUUID()}.`;
  const feel = async (gateway: TestGateway) => (await gateway.query('query ($text: String!) { sentiment(input: { model: "mood", text: $text }) { meta { cached } } }', { text })).data;
  expect(await feel(first)).toEqual({ sentiment: { meta: { cached: false } } });
  expect(await feel(first)).toEqual({ sentiment: { meta: { cached: true } } });
  expect(await feel(second)).toEqual({ sentiment: { meta: { cached: false } } });
  expect((await readRedis()).keys).toHaveLength(before);
});

test.each(['cut', 'stall'] as const)('without Redis (%s) each instance goes by its own memory', async (way) => {
  const question = `Without Redis, by ${way}, ann@example.com`;
  proxy[way]();
  expect(await ask(first, question)).toEqual({ text: 'Answer 1 to ann@example.com.', cached: false });
  expect(await ask(first, question)).toEqual({ text: 'Answer 1 to ann@example.com.', cached: true });
  expect(await ask(second, question)).toEqual({ text: 'Answer 2 to ann@example.com.', cached: false });
  proxy.mend();
  await vi.waitFor(async () => expect(await (await first.fetch('/readyz')).json()).toMatchObject({ redis: 'up' }), { timeout: 20_000 });
});
