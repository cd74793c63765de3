import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { TwoVendors } from '../two-vendors.ts';

test('moderations tell what the guardrails of the policy find, and no model is asked', async () => {
  const guardrails = [{ kind: 'words', words: ['forbidden fruit'], mode: 'block', on: ['input'] }];
  await using vendors = await TwoVendors.start({ policies: { default: { scopes: ['*'], guardrails } } });
  const client = vendors.openaiClient();
  const { results } = await client.moderations.create({ input: ['Tell me of the forbidden fruit.', 'Tell me of apples.'] });
  expect(results).toMatchObject([
    { flagged: true, categories: { words: true }, category_scores: { words: 1 }, reasons: { words: expect.any(String) } },
    { flagged: false, categories: { words: false }, category_scores: { words: 0 }, reasons: {} },
  ]);
  expect(JSON.stringify(results)).not.toContain('fruit');
  expect(vendors.openai.requests).toHaveLength(0);
  const single = await client.moderations.create({ input: [{ type: 'text', text: 'forbidden fruit' }] });
  expect(single.results[0]?.flagged).toBe(true);
  const blocked = client.chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: 'forbidden fruit' }] });
  await expect(blocked).rejects.toMatchObject({ status: 400, code: 'content_filter' });

  const apiKey = await vendors.issueKey({ app: 'search', scopes: ['embed'] });
  await expect(vendors.openaiClient({ apiKey }).moderations.create({ input: 'x' })).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
});
