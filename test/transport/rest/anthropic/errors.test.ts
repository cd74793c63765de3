import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { failsWith, neverAnswers, rateLimited, tokens } from '../../../faults/index.ts';
import { TwoVendors } from '../two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

const ASK = { model: 'claude', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] };
const errorOf = (change: object = {}): Promise<unknown> =>
  vendors
    .anthropicClient()
    .messages.create({ ...ASK, ...change })
    .then(
      () => new Error('no error'),
      (error: unknown) => error,
    );

test('a key that is not known', async () => {
  const asking = vendors.anthropicClient({ apiKey: 'kn_unknown' }).messages.create(ASK);
  await expect(asking).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
  await expect(asking).rejects.toMatchObject({ status: 401, type: 'authentication_error' });
});

test('a model that is not there', async () => {
  const error = await errorOf({ model: 'claud' });
  expect(error).toBeInstanceOf(Anthropic.NotFoundError);
  expect(error).toMatchObject({ type: 'not_found_error', message: expect.stringContaining('did you mean') });
});

test('a request that cannot be', async () => {
  const error = await errorOf({ max_tokens: undefined });
  expect(error).toBeInstanceOf(Anthropic.BadRequestError);
  expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.stringContaining('max_tokens') });
  expect(await errorOf({ mcp_servers: [{ type: 'url', url: 'https://mcp.example', name: 'x' }] })).toMatchObject({ status: 400, message: expect.stringContaining('mcp_servers') });
  expect(await errorOf({ inference_geo: 'us' })).toMatchObject({ status: 400, message: expect.stringContaining('inference_geo') });
  expect(await errorOf({ messages: [{ role: 'user', content: [{ type: 'document', source: {} }] }] })).toMatchObject({ status: 400 });
});

test('a vendor that limits the rate, with the time to wait', async () => {
  vendors.anthropic.behave(rateLimited(7));
  const error = await errorOf();
  expect(error).toBeInstanceOf(Anthropic.RateLimitError);
  if (!(error instanceof Anthropic.RateLimitError)) throw error;
  expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a vendor that fails, whole and streamed', async () => {
  vendors.anthropic.behave(failsWith(500));
  expect(await errorOf()).toBeInstanceOf(Anthropic.InternalServerError);
  expect(await errorOf({ stream: true })).toMatchObject({ status: 529, type: 'overloaded_error' });
});

test("a parameter of this vendor is refused by another's target", async () => {
  const error = await errorOf({ model: 'gpt', top_k: 5 });
  expect(error).toBeInstanceOf(Anthropic.BadRequestError);
  expect(error).toMatchObject({ message: expect.stringContaining('top_k') });
  expect(vendors.openai.requests).toHaveLength(0);
});

test('who leaves aborts the vendor', async () => {
  vendors.anthropic.behave(tokens(1_000, { betweenTokensMs: 20 }));
  const stream = vendors.anthropicClient().messages.stream(ASK);
  stream.on('text', () => stream.abort());
  await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
  await expect.poll(() => vendors.anthropic.requests[0]?.aborted).toBe(true);
});

test('a client that waits no longer gets a timeout, and the vendor is let go', async () => {
  vendors.anthropic.behave(neverAnswers);
  const asking = vendors.anthropicClient({ timeout: 300 }).messages.create({ model: 'claude', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] });
  await expect(asking).rejects.toBeInstanceOf(Anthropic.APIConnectionTimeoutError);
  await expect.poll(() => vendors.anthropic.requests[0]?.aborted).toBe(true);
});
