import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { answers } from '../../../faults/index.ts';
import { TwoVendors } from '../two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

test('embeddings are the same as floats and as base64, of one text and of many', async () => {
  vendors.openai.behave(answers({ usage: { input: 9 } }));
  const client = vendors.openaiClient();
  const ask = (encoding_format?: 'float' | 'base64') =>
    client.embeddings.create({ model: 'vectors', input: ['one', 'two', 'one'], ...(encoding_format && { encoding_format }) });
  const floats = await ask('float');
  // The SDK itself asks for base64 where nothing is said, and decodes it.
  const decoded = await ask();
  expect(floats).toMatchObject({ object: 'list', model: 'vectors', usage: { prompt_tokens: 9, total_tokens: 9 } });
  expect(floats.data.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(floats.data[0]?.embedding).toHaveLength(8);
  expect(decoded.data.map(({ embedding }) => embedding)).toEqual(floats.data.map(({ embedding }) => embedding));
  const raw = await ask('base64');
  expect(raw.data[0]?.embedding).toEqual(expect.any(String));
  const single = await client.embeddings.create({ model: 'vectors', input: 'two', dimensions: 4 });
  expect(single.data[0]?.embedding).toHaveLength(4);
});

test('tokens in place of text are refused', async () => {
  await expect(vendors.openaiClient().embeddings.create({ model: 'vectors', input: [1, 2, 3] })).rejects.toMatchObject({ status: 400, param: 'input[0]' });
  await expect(vendors.openaiClient().embeddings.create({ model: 'vectors', input: 'x', truncate: true } as never)).rejects.toMatchObject({ status: 400, param: 'truncate' });
});

test('the models are those that the key may ask', async () => {
  const client = vendors.openaiClient();
  const all = await Array.fromAsync(client.models.list());
  expect(all.map(({ id }) => id)).toEqual(['gpt', 'claude', 'both', 'vectors']);
  expect(await client.models.retrieve('claude')).toMatchObject({ id: 'claude', object: 'model', owned_by: 'kanon' });
  await expect(client.models.retrieve('nobody')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  const embedding = vendors.openaiClient({ apiKey: await vendors.issueKey({ app: 'search', scopes: ['embed'] }) });
  expect((await Array.fromAsync(embedding.models.list())).map(({ id }) => id)).toEqual(['vectors']);
  await expect(embedding.models.retrieve('gpt')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  await expect(embedding.chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: 'x' }] })).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
});

test('moderations say that there is nothing to moderate with', async () => {
  await expect(vendors.openaiClient().moderations.create({ input: 'x' })).rejects.toMatchObject({ status: 404, message: expect.stringContaining('guardrails') });
});
