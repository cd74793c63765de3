import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failsWith, rateLimited, tokens, withFaults } from '../../../faults/index.ts';
import { TwoVendors } from '../two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

const HELLO = [{ role: 'user' as const, content: 'Hello' }];
const ask = (change: Record<string, unknown> = {}) => vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: HELLO, ...change });

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('no error'),
    (error: unknown) => error,
  );
}

describe('the SDK throws the class that a program catches', () => {
  test('a key that is not known', async () => {
    const error = await errorOf(vendors.openaiClient({ apiKey: 'kn_unknown' }).models.list());
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  test('a model that is not there', async () => {
    const error = await errorOf(ask({ model: 'gtp' }));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model', message: expect.stringContaining('did you mean "gpt"?') });
  });

  test('a field that cannot be: its name is the one that the caller wrote', async () => {
    const error = await errorOf(ask({ max_tokens: 0 }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ status: 400, param: 'max_tokens', message: expect.stringContaining('max_tokens: expected 1 to') });
    expect(await errorOf(ask({ n: 2 }))).toMatchObject({ status: 400, param: 'n' });
    expect(await errorOf(ask({ messages: [{ role: 'user', content: [{ type: 'video' }] }] }))).toMatchObject({ status: 400, param: 'messages[0].content[0].type' });
    expect(await errorOf(ask({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }] }))).toMatchObject({ status: 400 });
  });

  test('a vendor that limits the rate, with the time to wait', async () => {
    vendors.openai.behave(rateLimited(7));
    const error = await errorOf(ask());
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    if (!(error instanceof OpenAI.RateLimitError)) throw error;
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(error.headers.get('x-kanon-error')).toBe('RATE_LIMITED');
  });

  test('a vendor that fails, whole and streamed', async () => {
    vendors.openai.behave(failsWith(500));
    expect(await errorOf(ask())).toBeInstanceOf(OpenAI.InternalServerError);
    expect(await errorOf(ask({ stream: true }))).toBeInstanceOf(OpenAI.InternalServerError);
  });

  test('a request that is too long', async () => {
    vendors.openai.behave(failsWith(400, { error: { code: 'context_length_exceeded' } }));
    expect(await errorOf(ask())).toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  test('a path that is not there, a body that is no JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    const nowhere = await vendors.gateway.fetch('/v1/nothing', { method: 'POST', headers, body: '{}' });
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { error: { type: 'invalid_request_error' } }]);
    const broken = await vendors.gateway.fetch('/v1/chat/completions', { method: 'POST', headers, body: '{' });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
    const wrong = await vendors.gateway.fetch('/v1/chat/completions', { method: 'GET' });
    expect(wrong.status).toBe(405);
  });
});

test('an answer that breaks off in mid-stream throws, after what came before', async () => {
  vendors.openai.behave(withFaults(tokens(10), { kind: 'cut', afterTokens: 4 }));
  const stream = await vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: HELLO, stream: true });
  let text = '';
  const reading = (async () => {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  })();
  const error = await errorOf(reading);
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({ code: 'stream_interrupted' });
  expect(text).toBe('w1 w2 w3 w4');
});

test("a parameter of this vendor is refused by another's target, or left out with a warning", async () => {
  const error = await errorOf(ask({ model: 'claude', verbosity: 'low' }));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ message: expect.stringContaining('verbosity') });
  expect(vendors.anthropic.requests).toHaveLength(0);

  const { response } = await vendors
    .openaiClient({ defaultHeaders: { 'x-kanon-unknown-parameters': 'warn' } })
    .chat.completions.create({ model: 'claude', messages: HELLO, verbosity: 'low' })
    .withResponse();
  expect(JSON.parse(response.headers.get('x-kanon-warnings') ?? '[]')).toContainEqual(expect.stringContaining('verbosity'));
  expect(vendors.anthropic.violations).toEqual([]);
});

test('a tier of another price is passed on and told back, and its cost is not known where the config has no price of it', async () => {
  const { data, response } = await vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: HELLO, service_tier: 'priority' }).withResponse();
  expect(vendors.openai.requests[0]?.body).toMatchObject({ service_tier: 'priority' });
  expect(response.headers.get('x-kanon-warnings')).toContain('The price of the service tier');
  expect(response.headers.get('x-kanon-cost')).toBe('unknown');
  expect(data.service_tier).toBe('priority');
});

test('a model with targets of both vendors is answered by the one that knows the parameter', async () => {
  const { response } = await vendors.openaiClient().chat.completions.create({ model: 'both', messages: HELLO, verbosity: 'low' }).withResponse();
  expect(response.headers.get('x-kanon-target')).toBe('openai/gpt-test');
  expect(vendors.openai.requests[0]?.body).toMatchObject({ verbosity: 'low' });
});

test('who leaves aborts the vendor', async () => {
  vendors.openai.behave(tokens(1_000, { betweenTokensMs: 20 }));
  const controller = new AbortController();
  const stream = await vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: HELLO, stream: true }, { signal: controller.signal });
  for await (const chunk of stream) if ((chunk.choices[0]?.delta.content ?? '') !== '') break;
  controller.abort();
  await expect.poll(() => vendors.openai.requests[0]?.aborted).toBe(true);
});

test('a client that times out aborts the vendor', async () => {
  vendors.openai.behave({ faults: [{ kind: 'neverAnswer' }] });
  const error = await errorOf(vendors.openaiClient({ timeout: 300 }).chat.completions.create({ model: 'gpt', messages: HELLO }));
  expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
  await expect.poll(() => vendors.openai.requests[0]?.aborted).toBe(true);
});

test('the deadline of a caller is an error of time', async () => {
  vendors.openai.behave({ faults: [{ kind: 'neverAnswer' }] });
  const error = await errorOf(vendors.openaiClient({ defaultHeaders: { 'x-kanon-deadline-ms': '200' } }).chat.completions.create({ model: 'gpt', messages: HELLO }));
  expect(error).toMatchObject({ status: 504, code: 'upstream_timeout' });
});
