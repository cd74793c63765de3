import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFederation } from '../../examples/federation/gateway.ts';
import { startReviews, type RunningServer } from '../../examples/federation/reviews.ts';
import { FourBranches } from '../harness/branches.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';
import { issueKey } from '../harness/keys.ts';

/** A caller behind a federation gateway, which passes the caller's key on and knows nothing of scopes itself. */

let four: FourBranches;
let reviews: RunningServer;
let federation: RunningServer;
const keys = { feeling: '', agent: '', auditor: '', foreign: '' };

beforeAll(async () => {
  const scopes = ['chat', 'sentiment', 'vision', 'embed'];
  four = await FourBranches.start({ policies: { default: { mask: [] }, audit: { mask: [], scopes: [...scopes, 'audit'] } } });
  keys.feeling = await issueKey(four.gateway, { app: 'shop', scopes: ['sentiment'] });
  keys.agent = await issueKey(four.gateway, { app: 'shop', user: 'mia', scopes: ['chat'] });
  keys.auditor = await issueKey(four.gateway, { app: 'shop', scopes: ['audit'], policy: 'audit' });
  keys.foreign = await issueKey(four.gateway, { app: 'other', scopes: ['chat'] });
  reviews = await startReviews();
  federation = await startFederation({ url: four.gateway.url, key: ADMIN_KEY, reviewsUrl: reviews.url });
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(async () => {
  await federation[Symbol.asyncDispose]();
  await reviews[Symbol.asyncDispose]();
  await four[Symbol.asyncDispose]();
});

interface Result {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

async function ask(key: string | null, query: string, variables: Record<string, unknown> = {}): Promise<Result> {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(federation.url, { method: 'POST', headers: { 'content-type': 'application/json', ...authorization }, body: JSON.stringify({ query, variables }) });
  return (await response.json()) as Result;
}

const refused = ({ errors = [] }: Result) => Object.fromEntries(errors.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']]));

describe('a field without permission', () => {
  test('is null with its path, and the rest of the supergraph answers', async () => {
    const answer = await ask(keys.feeling, '{ products { name } both: multimodal(input: { text: "Hi" }) { sentiment { label } reply: chat { text } } }');
    expect(answer.data).toEqual({ products: [{ name: 'Blue Kettle' }, { name: 'Travel Mug' }], both: { sentiment: { label: 'NEGATIVE' }, reply: null } });
    expect(refused(answer)).toEqual({ 'both.reply': 'FORBIDDEN' });
    expect(four.asked).toEqual({ chat: 0, sentiment: 1, vision: 0, embed: 0 });
  });

  test('at the root refuses what is asked of Kanon, and no model is asked', async () => {
    const answer = await ask(keys.feeling, '{ chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { text } }');
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN']);
    expect(four.asked.chat).toBe(0);
  });
});

test('the record of a call is masked by who asks, also where it is reached from another subgraph', async () => {
  const made = await ask(keys.agent, 'query ($metadata: JSONObject!) { chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }], metadata: $metadata }) { meta { id } } }', { metadata: { order: 'KD-100' } });
  const { id } = (made.data as { chat: { meta: { id: string } } }).chat.meta;
  const { errors } = await ask(keys.agent, 'mutation ($input: ReviewInput!) { addReview(input: $input) { id } }', { input: { product: 'P-1', stars: 1, comment: 'Slow.', call: id, model: 'replies' } });
  expect(errors).toBeUndefined();
  const read = async (key: string) => (await ask(key, '{ products { reviews { call { id user metadata } } } }')).data?.['products'];
  const seen = (call: unknown) => [{ reviews: [{ call }] }, { reviews: [] }];
  expect(await read(keys.agent)).toEqual(seen({ id, user: '[MASKED]', metadata: null }));
  expect(await read(keys.auditor)).toEqual(seen({ id, user: 'mia', metadata: { order: 'KD-100' } }));
  // Another app learns nothing but the id that the other subgraph knows.
  const foreign = await ask(keys.foreign, '{ products { reviews { call { id user metadata } } } }');
  expect(JSON.stringify(foreign)).not.toContain('mia');
  expect(JSON.stringify(foreign)).not.toContain('KD-100');
});

test('what is masked and what is refused does not depend on the gateway\'s own key', async () => {
  expect(JSON.stringify(await ask(null, '{ viewer { app } }'))).toContain('UNAUTHENTICATED');
  expect((await ask(keys.foreign, '{ viewer { app scopes } }')).data).toEqual({ viewer: { app: 'other', scopes: ['chat'] } });
});
