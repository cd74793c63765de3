import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start({ server: { cors: { origins: ['https://app.example'] } } });
});
afterAll(() => vendors[Symbol.asyncDispose]());

/** The headers that an SDK sends with a request, as a browser would ask for them before. */
async function sdkHeaders(ask: (fetch: typeof globalThis.fetch) => Promise<unknown>): Promise<string[]> {
  let names: string[] = [];
  const spy: typeof globalThis.fetch = (_, init) => {
    // Browsers do not let pages set these.
    names = [...new Headers(init?.headers).keys()].filter((name) => !['accept', 'user-agent', 'content-length', 'connection'].includes(name));
    return Promise.reject(new Error('not sent'));
  };
  await ask(spy).catch(() => undefined);
  return names;
}

test.each([
  ['OpenAI', (fetch: typeof globalThis.fetch) => new OpenAI({ apiKey: 'x', baseURL: 'http://x/v1', maxRetries: 0, fetch }).chat.completions.create({ model: 'gpt', messages: [] })],
  ['Anthropic', (fetch: typeof globalThis.fetch) => vendors.anthropicClient().withOptions({ fetch }).messages.create({ model: 'claude', max_tokens: 1, messages: [] })],
])('a page of an allowed origin may use the SDK of %s', async (_, ask) => {
  const names = await sdkHeaders(ask);
  expect(names.length).toBeGreaterThan(3);
  const preflight = await fetch(`${vendors.gateway.url}/v1/messages`, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST', 'access-control-request-headers': names.join(',') },
  });
  expect(preflight.status).toBe(204);
  const allowed = preflight.headers.get('access-control-allow-headers')?.split(', ') ?? [];
  expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
  const answer = await vendors.gateway.fetch('/v1/models', { headers: { origin: 'https://app.example' } });
  expect(answer.headers.get('access-control-expose-headers')).toContain('x-kanon-cost');
});
