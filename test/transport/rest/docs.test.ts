import { readFileSync } from 'node:fs';
import { createOpenAI } from '@ai-sdk/openai';
import { Anthropic } from '@anthropic-ai/sdk';
import { generateText } from 'ai';
import { OpenAI } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../src/canonical/errors.ts';
import { ADMIN_KEY } from '../../harness/gateway.ts';
import { TwoVendors } from './two-vendors.ts';

const page = readFileSync(new URL('../../../docs/rest.md', import.meta.url), 'utf8');
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());

/** The options that an example of the page gives to what it makes. */
function optionsOf(made: string): { baseURL: string; apiKey: string } {
  const call = new RegExp(`${made}\\(\\{ baseURL: '([^']+)', apiKey: process\\.env\\.KANON_KEY \\}\\)`).exec(page);
  const [, baseURL] = call ?? [];
  if (baseURL === undefined) throw new Error(`docs/rest.md has no example of ${made}`);
  return { baseURL: baseURL.replace('http://127.0.0.1:4000', vendors.gateway.url), apiKey: ADMIN_KEY };
}

test('the examples of the page work', async () => {
  const openai = await new OpenAI(optionsOf('new OpenAI')).chat.completions.create({ model: 'claude', messages: MESSAGES });
  expect(openai.choices[0]?.message.content).toContain('Hello');
  const anthropic = await new Anthropic({ ...optionsOf('new Anthropic'), authToken: null }).messages.create({ model: 'gpt', max_tokens: 10, messages: MESSAGES });
  expect(anthropic.content[0]).toMatchObject({ type: 'text' });
  const { text } = await generateText({ model: createOpenAI(optionsOf('createOpenAI'))('gpt'), prompt: 'Hello' });
  expect(text).toContain('Hello');
});

test('every path of the page is there, and every error code is on it', async () => {
  const paths = [...page.matchAll(/`(GET|POST|DELETE) (\/v1\/[a-z_/]+)/g)].map(([, method = '', path = '']) => ({ method, path }));
  expect(paths.length).toBeGreaterThan(7);
  for (const { method, path } of paths) {
    const withBody = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {};
    const response = await vendors.gateway.fetch(path.endsWith('/') ? `${path}x` : path, { method, ...withBody });
    expect(await response.text()).not.toContain('There is nothing at');
  }
  expect(Object.keys(ERROR_CODES).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
