import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers } from '../../faults/index.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());

interface Row {
  id: string;
  startedAt: string;
  durationMs: number;
  timeToFirstTokenMs: number;
  requestId: string;
  attempts: { durationMs: number }[];
}

/** The last call that was recorded, with all that the ledger knows of it. */
async function lastRow(): Promise<Omit<Row, 'id' | 'startedAt' | 'durationMs' | 'timeToFirstTokenMs' | 'requestId'>> {
  const { data, errors } = await vendors.gateway.query<{ calls: { edges: { node: Row }[] } }>(`{
    calls(first: 1) { edges { node {
      id startedAt durationMs timeToFirstTokenMs requestId
      operation model provider targetModel outcome errorCode cached streamed
      app user team keyId
      usage { input output cachedInput cacheWrite reasoning reported } cost { usd known }
      attempts { provider targetModel outcome durationMs reason }
      masked { kind count } warnings metadata
    } } }
  }`);
  const node = data?.calls.edges[0]?.node;
  if (node === undefined) throw new Error(JSON.stringify(errors));
  // Each call has times and ids of its own.
  const { id: _id, startedAt: _startedAt, durationMs: _durationMs, timeToFirstTokenMs: _first, requestId: _requestId, attempts, ...row } = node;
  return { ...row, attempts: attempts.map((attempt) => ({ ...attempt, durationMs: 0 })) };
}

test('the same question over GraphQL, chat completions, messages and responses makes the same row in the ledger', async () => {
  vendors.anthropic.behave(answers({ text: 'Hello.', usage: { input: 30, output: 4, cachedInput: 10 } }));
  const content = 'Write to ann@example.com';
  const { data } = await vendors.gateway.query('query ($input: ChatInput!) { chat(input: $input) { text } }', {
    input: { model: 'claude', messages: [{ role: 'USER', content: [{ text: content }] }], maxTokens: 64, metadata: { feature: 'x' } },
  });
  expect(data).toEqual({ chat: { text: 'Hello.' } });
  const graphql = await lastRow();
  expect(graphql).toMatchObject({ operation: 'CHAT', model: 'claude', outcome: 'OK', usage: { input: 30 } });

  const openai = vendors.openaiClient();
  await openai.chat.completions.create({ model: 'claude', messages: [{ role: 'user', content }], max_completion_tokens: 64, metadata: { feature: 'x' } });
  expect(await lastRow()).toEqual(graphql);
  await openai.responses.create({ model: 'claude', input: content, max_output_tokens: 64, metadata: { feature: 'x' } });
  expect(await lastRow()).toEqual(graphql);
  await vendors
    .anthropicClient({ defaultHeaders: { 'x-kanon-metadata': '{"feature":"x"}' } })
    .messages.create({ model: 'claude', max_tokens: 64, messages: [{ role: 'user', content }] });
  expect(await lastRow()).toEqual(graphql);
  expect(new Set(vendors.anthropic.requests.map(({ body }) => JSON.stringify({ ...body, stream: null }))).size).toBe(1);

  await openai.chat.completions.stream({ model: 'claude', messages: [{ role: 'user', content }], max_completion_tokens: 64, metadata: { feature: 'x' } }).done();
  expect(await lastRow()).toEqual({ ...graphql, streamed: true });
});

test('an embedding makes the same row too', async () => {
  await vendors.gateway.query('{ embed(input: { model: "vectors", texts: ["one"] }) { dimensions } }');
  const graphql = await lastRow();
  await vendors.openaiClient().embeddings.create({ model: 'vectors', input: 'one' });
  expect(await lastRow()).toEqual(graphql);
});
