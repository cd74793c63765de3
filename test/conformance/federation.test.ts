import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { isInputObjectType, parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startFederation } from '../../examples/federation/gateway.ts';
import { startReviews, type RunningServer } from '../../examples/federation/reviews.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { FourBranches } from '../harness/branches.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';

let four: FourBranches;
let reviews: RunningServer;
let federation: RunningServer;

beforeAll(async () => {
  four = await FourBranches.start();
  reviews = await startReviews();
  federation = await startFederation({ url: four.gateway.url, key: ADMIN_KEY, reviewsUrl: reviews.url });
});
afterEach(() => four.checkVendors());
afterAll(async () => {
  await federation[Symbol.asyncDispose]();
  await reviews[Symbol.asyncDispose]();
  await four[Symbol.asyncDispose]();
});

interface Result {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown; extensions?: Record<string, unknown> }[];
}

/** Asks the composed supergraph. */
async function ask(query: string, variables: Record<string, unknown> = {}, key: string | null = ADMIN_KEY): Promise<Result> {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(federation.url, { method: 'POST', headers: { 'content-type': 'application/json', ...authorization }, body: JSON.stringify({ query, variables }) });
  return (await response.json()) as Result;
}

const HELLO = { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] };

/** A call of Kanon, made through the supergraph. */
async function call(): Promise<string> {
  const { data, errors } = await ask('query ($input: ChatInput!) { chat(input: $input) { text meta { id } } }', { input: HELLO });
  expect(errors).toBeUndefined();
  expect(data).toEqual({ chat: { text: 'We are sorry.', meta: { id: expect.any(String) } } });
  const { chat } = data as { chat: { meta: { id: string } } };
  return chat.meta.id;
}

describe('as a subgraph', () => {
  async function compose() {
    const { data } = await four.gateway.query<{ _service: { sdl: string } }>('{ _service { sdl } }');
    const sdl = data?._service.sdl ?? '';
    const foreign = await readFile(new URL('../../examples/federation/reviews.graphql', import.meta.url), 'utf8');
    return { sdl, ...composeServices([{ name: 'kanon', typeDefs: parse(sdl) }, { name: 'reviews', typeDefs: parse(foreign) }]) };
  }

  test('composes with another team\'s subgraph without an error or a hint', async () => {
    const { errors, hints } = await compose();
    expect(errors).toBeUndefined();
    expect(hints?.map(String)).toEqual([]);
  });

  test('brings its own directives into the supergraph', async () => {
    const { sdl, supergraphSdl = '' } = await compose();
    for (const name of ['sensitive', 'mask', 'oneOf']) {
      expect(sdl).toContain(`@composeDirective(name: "@${name}")`);
      expect(supergraphSdl).toContain(`directive @${name}`);
    }
    expect(supergraphSdl).toMatch(/texts: \[String!\]! @sensitive/);
    expect(supergraphSdl).toMatch(/input ContentPartInput\s+@join__type\(graph: KANON\)\s+@oneOf/);
    expect(supergraphSdl).toMatch(/type Model\s+@join__type\(graph: KANON, key: "name"\)/);
    expect(supergraphSdl).toMatch(/type Call\s+@join__type\(graph: KANON, key: "id"\)/);
  });

  test('enforces @oneOf itself', () => {
    const type = buildSchema().getType('ContentPartInput');
    expect(isInputObjectType(type) && type.isOneOf).toBe(true);
  });
});

describe('entities', () => {
  const entities = (representations: unknown[]) =>
    four.gateway.query<{ _entities: unknown[] }>('query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Call { id model outcome } ... on Model { name operation isDefault } } }', { of: representations });

  test('Model and Call resolve by their keys, in the order asked for; what is not there is null', async () => {
    const [first, second] = [await call(), await call()];
    const { data, errors } = await entities([
      { __typename: 'Call', id: second },
      { __typename: 'Model', name: 'replies' },
      { __typename: 'Call', id: 'no-such-call' },
      { __typename: 'Call', id: first },
      { __typename: 'Model', name: 'no-such-model' },
      { __typename: 'Model', name: 'feeling' },
      { __typename: 'Model', name: 'replies' },
      { __typename: 'Call', id: second },
    ]);
    expect(errors).toBeUndefined();
    const made = (id: string) => ({ __typename: 'Call', id, model: 'replies', outcome: 'OK' });
    expect(data?._entities).toEqual([
      made(second),
      { __typename: 'Model', name: 'replies', operation: 'CHAT', isDefault: true },
      null,
      made(first),
      null,
      { __typename: 'Model', name: 'feeling', operation: 'SENTIMENT', isDefault: true },
      { __typename: 'Model', name: 'replies', operation: 'CHAT', isDefault: true },
      made(second),
    ]);
  });

  test('a type that is no entity is a coded error', async () => {
    const { errors } = await entities([{ __typename: 'Viewer', keyId: 'x' }]);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });
});

describe('through @apollo/gateway', () => {
  test('a review of the other subgraph tells of the call and the model that Kanon knows', async () => {
    const id = await call();
    const input = { product: 'P-2', stars: 2, comment: 'Too slow.', call: id, model: 'replies' };
    const { errors } = await ask('mutation ($input: ReviewInput!) { addReview(input: $input) { id call { id startedAt } } }', { input });
    expect(errors).toBeUndefined();
    const { data, errors: none } = await ask('{ products { name reviews { stars call { id model cost { known usd } attempts { outcome } } model { name operation } } } }');
    expect(none).toBeUndefined();
    expect(data).toEqual({
      products: [
        { name: 'Blue Kettle', reviews: [] },
        {
          name: 'Travel Mug',
          reviews: [{ stars: 2, call: { id, model: 'replies', cost: { known: true, usd: 0.00012 }, attempts: [{ outcome: 'OK' }] }, model: { name: 'replies', operation: 'CHAT' } }],
        },
      ],
    });
  });

  test('a composite is planned by what the gateway passes on', async () => {
    four.reset();
    const { data, errors } = await ask('query ($text: String!) { multimodal(input: { text: $text }) { ...Mood } } fragment Mood on MultimodalResult { mood: sentiment { label } }', { text: 'My coffee was cold.' });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ multimodal: { mood: { label: 'NEGATIVE' } } });
    expect(four.asked).toEqual({ chat: 0, sentiment: 1, vision: 0, embed: 0 });
  });

  test('the caller\'s key is what counts, not the gateway\'s own', async () => {
    const { errors } = await ask('{ viewer { app } }', {}, 'kn_not-a-key-of-this-gateway-at-all-xxxxxxxx');
    expect(JSON.stringify(errors)).toContain('UNAUTHENTICATED');
    expect(JSON.stringify((await ask('{ viewer { app } }', {}, null)).errors)).toContain('UNAUTHENTICATED');
    expect(await ask('{ viewer { app } }')).toEqual({ data: { viewer: { app: 'admin' } } });
  });

  test('two fields of a @oneOf input are refused with a code', async () => {
    four.reset();
    const input = { messages: [{ role: 'USER', content: [{ text: 'Hello', toolResult: { toolCallId: 'x', content: 'y' } }] }] };
    const { errors } = await ask('query ($input: ChatInput!) { chat(input: $input) { text } }', { input });
    expect(errors?.[0]?.message).toMatch(/Exactly one key must be specified/);
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    expect(four.asked.chat).toBe(0);
  });
});
