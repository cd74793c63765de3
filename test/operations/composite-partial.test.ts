import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tokens } from '../faults/index.ts';
import { FourBranches, picture } from '../harness/branches.ts';

let four: FourBranches;
let image: string;

beforeAll(async () => {
  four = await FourBranches.start();
  image = await picture();
});
beforeEach(() => four.reset());
afterAll(() => four[Symbol.asyncDispose]());

interface Composite {
  chat: { text: string; meta: { warnings: string[] } } | null;
  sentiment: { label: string; meta: { id: string } } | null;
  embed: { dimensions: number } | null;
  vision: unknown;
  meta: { plan: { branch: string; model: string }[]; usage: { input: number } };
  [alias: string]: unknown;
}

function ask(selection: string, input: Record<string, unknown> = { text: 'My coffee was cold.', images: [{ base64: image }] }) {
  return four.gateway.query<{ multimodal: Composite }>(`query ($input: MultimodalInput!) { multimodal(input: $input) { ${selection} } }`, { input });
}

describe('a branch with a model that does not exist', () => {
  test('is null with its own error; the others and the plan arrive', async () => {
    const { data, errors } = await ask('sentiment(model: "nope") { label } embed { dimensions } meta { plan { branch model } }');
    expect(data?.multimodal).toEqual({ sentiment: null, embed: { dimensions: 8 }, meta: { plan: [{ branch: 'EMBED', model: 'vectors' }] } });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({ path: ['multimodal', 'sentiment'], extensions: { code: 'BAD_USER_INPUT', field: 'sentiment.model' } });
  });

  test('in a stream fails alone, and the stream still ends in MultimodalDone', async () => {
    const events = await four.gateway.collect<{ multimodal: { __typename: string } }>(
      `subscription ($input: MultimodalInput!) { multimodal(input: $input) { __typename
        ... on MultimodalSentimentEvent { sentiment(model: "nope") { label } }
        ... on MultimodalEmbedEvent { embed { dimensions } }
        ... on MultimodalDone { meta { plan { branch } } } } }`,
      { input: { text: 'My coffee was cold.' } },
    );
    expect(events.flatMap((event) => event.errors ?? [])).toEqual([]);
    const types = events.map((event) => event.data?.multimodal.__typename);
    expect(types.toSorted()).toEqual(['MultimodalBranchFailed', 'MultimodalDone', 'MultimodalEmbedEvent']);
    expect(types.at(-1)).toBe('MultimodalDone');
  });
});

describe('a reply that is grounded on several pictures', () => {
  test('is built on those that could be read, says which could not, and its cost has all of them', async () => {
    const input = { text: 'What is this?', images: [{ base64: image }, { base64: 'aGFsbG8=' }] };
    const { data, errors } = await ask('chat(groundedOn: [VISION]) { text meta { warnings } } meta { usage { input } }', input);
    expect(errors).toBeUndefined();
    expect(data?.multimodal.chat?.meta.warnings).toEqual(['The reply is not built on picture 2, which could not be read.']);
    expect(JSON.stringify(four.vendors.chat.requests[0]?.body)).toContain('Picture 1 of 2');
    // 400 of the picture that was read and 100 of the reply.
    expect(data?.multimodal.meta.usage.input).toBe(500);
  });
});

test('a model that is named and the same one by default are one call', async () => {
  const { data } = await ask('a: sentiment { meta { id } } b: sentiment(model: "feeling") { meta { id } } meta { plan { branch model } }');
  expect(four.asked.sentiment).toBe(1);
  expect(data?.multimodal['a']).toEqual(data?.multimodal['b']);
  expect(data?.multimodal.meta.plan).toEqual([{ branch: 'SENTIMENT', model: 'feeling' }]);
});

describe('an answer in parts', () => {
  test('is refused over plain POST before any model is asked', async () => {
    const { status, errors } = await ask('embed { dimensions } ... @defer { sentiment { label } }');
    expect(status).toBe(406);
    expect(errors?.[0]?.message).toContain('multipart/mixed');
    expect(four.asked).toEqual({ chat: 0, sentiment: 0, vision: 0, embed: 0 });
  });

  test('comes whole where it is switched off', async () => {
    const { data } = await ask('embed { dimensions } ... @defer(if: false) { sentiment { label } }');
    expect(data?.multimodal).toMatchObject({ embed: { dimensions: 8 }, sentiment: { label: 'NEGATIVE' } });
  });

  test('is no part of a subscription', async () => {
    const events: unknown[] = [];
    const read = async () => {
      const query = 'subscription ($input: MultimodalInput!) { multimodal(input: $input) { ... @defer { ... on MultimodalSentimentEvent { sentiment { label } } } } }';
      for await (const event of four.gateway.socket().iterate({ query, variables: { input: { text: 'Cold.' } } })) events.push(event);
    };
    await expect(read()).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(events).toEqual([]);
  });
});

test('metadata beyond 16 kB is refused, wherever it stands', async () => {
  const metadata = { note: 'x'.repeat(20_000) };
  const { errors } = await ask('embed { dimensions }', { text: 'Cold.', metadata });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.metadata' });
  const chat = await four.gateway.query('query ($input: ChatInput!) { chat(input: $input) { text } }', { input: { messages: [{ role: 'USER', content: [{ text: 'Hi' }] }], metadata } });
  expect(chat.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.metadata' });
});

test('a gateway that closes lets a running subscription end, and says at /readyz that it takes no more', async () => {
  const closing = await FourBranches.start();
  closing.vendors.chat.behave(tokens(40, { betweenTokensMs: 20 }));
  const types: string[] = [];
  let ready = 0;
  const query = 'subscription { chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { __typename } }';
  let disposed: Promise<void> | null = null;
  for await (const event of closing.gateway.socket().iterate<{ chat: { __typename: string } }>({ query })) {
    types.push(event.data?.chat.__typename ?? 'none');
    if (disposed === null) {
      disposed = closing.gateway.gateway.close();
      ready = (await closing.gateway.fetch('/readyz')).status;
      expect((await closing.gateway.query('{ models { name } }')).status).toBe(503);
    }
  }
  expect(ready).toBe(503);
  expect(types.at(-1)).toBe('ChatDone');
  await disposed;
  await closing[Symbol.asyncDispose]();
});
