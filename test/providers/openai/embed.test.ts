import { afterEach, expect, test } from 'vitest';
import { createOpenAIProvider } from '../../../src/providers/openai/openai-provider.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { answers, failsWith, neverAnswers, startFakeOpenAI, type FakeVendor, type PartialBehaviour, type Script } from '../../faults/index.ts';
import { attempt } from '../support/requests.ts';

let fake: FakeVendor;
let provider: Provider;

async function start(script?: Script | PartialBehaviour, options: { ignoresBase64?: boolean; embedBatch?: number } = {}): Promise<void> {
  fake = await startFakeOpenAI(script, options);
  provider = createOpenAIProvider({ name: 'openai', baseUrl: fake.url, apiKey: 'test-key', ...(options.embedBatch && { embedBatch: options.embedBatch }) });
}

afterEach(async () => {
  await provider.close();
  await fake.close();
});

function embed(texts: string[], dimensions: number | null = null, signal?: AbortSignal) {
  const { EMBED } = provider.operations;
  if (!EMBED) throw new Error('cannot embed');
  return EMBED({ texts, dimensions }, attempt(signal));
}

function raw(body: unknown): PartialBehaviour {
  return { faults: [{ kind: 'raw', contentType: 'application/json', pieces: [JSON.stringify(body)] }] };
}

test.each([false, true])('vectors have length 1 and say the same in both encodings (server ignores base64: %s)', async (ignoresBase64) => {
  await start(answers({ vectors: [[3, 4], [0, -2], [0, 0]], usage: { input: 9 } }), { ignoresBase64 });
  const { vectors, usage } = await embed(['a', 'b', 'c']);
  expect(vectors.map((vector) => Array.from(vector, (value) => Math.round(value * 1e6) / 1e6))).toEqual([[0.6, 0.8], [0, -1], [0, 0]]);
  expect(usage).toMatchObject({ input: 9, output: 0, reported: true });
  expect(fake.violations).toEqual([]);
});

test('dimensions are passed on', async () => {
  await start();
  expect((await embed(['a'], 16)).vectors[0]).toHaveLength(16);
  expect(fake.requests[0]?.body).toMatchObject({ dimensions: 16 });
});

test('many texts go in batches, at once, and come back in their order with the usage of all', async () => {
  await start({ delays: { beforeHeadersMs: 20 } }, { embedBatch: 10 });
  const texts = Array.from({ length: 95 }, (_, index) => `text ${index}`);
  const { vectors, usage } = await embed(texts);
  expect(fake.requests.map(({ body }) => (Array.isArray(body['input']) ? body['input'].length : 0)).sort((a, b) => a - b)).toEqual([5, 10, 10, 10, 10, 10, 10, 10, 10, 10]);
  expect(usage.input).toBe(texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0));
  for (const place of [0, 9, 10, 50, 94]) expect(vectors[place]).toEqual((await embed([texts[place] ?? ''])).vectors[0]);
});

test('the vendor\'s own limit of 2,048 texts is kept', async () => {
  await start();
  expect((await embed(Array.from({ length: 2_049 }, (_, index) => `t${index}`))).vectors).toHaveLength(2_049);
  expect(fake.violations).toEqual([]);
});

test('the order is the one of the index, not of the answer', async () => {
  await start(raw({ data: [{ index: 1, embedding: [0, 1] }, { index: 0, embedding: [1, 0] }], usage: { prompt_tokens: 2 } }));
  expect((await embed(['first', 'second'])).vectors.map((vector) => Array.from(vector))).toEqual([[1, 0], [0, 1]]);
});

test('a server that reports no usage', async () => {
  await start(raw({ data: [{ index: 0, embedding: [1, 0] }] }));
  expect((await embed(['a'])).usage.reported).toBe(false);
});

test.each<[string, unknown]>([
  ['too few vectors', { data: [{ index: 0, embedding: [1] }] }],
  ['a vector twice', { data: [{ index: 0, embedding: [1] }, { index: 0, embedding: [1] }] }],
  ['vectors of different lengths', { data: [{ index: 0, embedding: [1] }, { index: 1, embedding: [1, 2] }] }],
  ['bytes that are no floats', { data: [{ index: 0, embedding: 'AAA=' }, { index: 1, embedding: 'AAA=' }] }],
  ['numbers that are none', { data: [{ index: 0, embedding: [null] }, { index: 1, embedding: ['x'] }] }],
  ['no data', { object: 'list' }],
])('%s is garbled', async (_case, body) => {
  await start(raw(body));
  await expect(embed(['a', 'b'])).rejects.toMatchObject({ kind: 'garbled' });
});

test('when one batch fails, the others are ended', async () => {
  await start((_request, attempt) => (attempt === 2 ? failsWith(500) : neverAnswers), { embedBatch: 1 });
  await expect(embed(['a', 'b', 'c', 'd', 'e', 'f'])).rejects.toMatchObject({ kind: 'server' });
  await expect.poll(() => fake.openRequests).toBe(0);
  expect(fake.requests.length).toBeLessThanOrEqual(4);
});

test('an abort ends all batches', async () => {
  await start(neverAnswers, { embedBatch: 1 });
  const stop = new AbortController();
  const reason = new Error('late');
  const asked = embed(['a', 'b', 'c'], null, stop.signal);
  await expect.poll(() => fake.requests.length).toBe(3);
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
  await expect.poll(() => fake.openRequests).toBe(0);
});
