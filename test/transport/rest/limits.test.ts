import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { TwoVendors } from './two-vendors.ts';

const HELLO = [{ role: 'user' as const, content: 'Hello' }];

test('a budget that is used up is an error of quota that no SDK tries again', async () => {
  await using vendors = await TwoVendors.start({ policies: { default: { scopes: ['*'], budget: { usd: 0.000_001, per: 'day' } } } });
  const openai = vendors.openaiClient({ maxRetries: 2 }).chat.completions.create({ model: 'gpt', messages: HELLO, max_tokens: 100 });
  await expect(openai).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  await expect(openai).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' });
  const anthropic = vendors.anthropicClient({ maxRetries: 2 }).messages.create({ model: 'claude', max_tokens: 100, messages: HELLO });
  await expect(anthropic).rejects.toMatchObject({ status: 402, type: 'billing_error' });
  const streamed = vendors.anthropicClient().messages.stream({ model: 'claude', max_tokens: 100, messages: HELLO }).finalMessage();
  await expect(streamed).rejects.toBeInstanceOf(Anthropic.APIError);
  expect([vendors.openai.requests.length, vendors.anthropic.requests.length]).toEqual([0, 0]);
});

test('a limit of requests is an error with the time to come back, by whatever API they came', async () => {
  await using vendors = await TwoVendors.start({ policies: { default: { scopes: ['*'], limits: { requestsPerMinute: 2 } } } });
  await vendors.openaiClient().chat.completions.create({ model: 'gpt', messages: HELLO });
  await vendors.anthropicClient().messages.create({ model: 'claude', max_tokens: 100, messages: HELLO });
  const error: unknown = await vendors
    .openaiClient()
    .responses.create({ model: 'gpt', input: 'Hello' })
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  if (!(error instanceof OpenAI.RateLimitError)) throw error;
  expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0);
});
