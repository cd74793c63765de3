import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFederation } from '../../examples/federation/gateway.ts';
import { startReviews, type RunningServer } from '../../examples/federation/reviews.ts';
import { FourBranches, picture } from '../harness/branches.ts';
import { DOOR_NAMES, knock, type Answer } from '../harness/doors.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';
import { issueKey } from '../harness/keys.ts';

let four: FourBranches;
let image: string;
/** Keys of one app, by what they may do. */
const keys = { feeling: '', chatting: '', auditor: '', agent: '', foreign: '', reader: '', nothing: '' };
beforeAll(async () => {
  four = await FourBranches.start({ policies: { staff: { scopes: ['*'] } } });
  image = await picture();
  const issue = (app: string, scopes: string[], user = 'mia') => issueKey(four.gateway, { app, user, scopes, policy: 'staff' });
  keys.feeling = await issue('shop', ['sentiment']);
  keys.chatting = await issue('shop', ['chat']);
  keys.auditor = await issue('shop', ['audit'], 'ada');
  keys.agent = await issue('shop', ['chat', 'sentiment']);
  keys.foreign = await issue('other', ['chat']);
  keys.reader = await issue('other', ['ledger:read']);
  keys.nothing = await issue('shop', ['unheard-of']);
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

const NONE = { chat: 0, sentiment: 0, vision: 0, embed: 0 };
const COMPOSITE = `query ($input: MultimodalInput!) { viewer { app } multimodal(input: $input) { mood: sentiment { label } chat { text } ...Seen meta { plan { branch } } } }
  fragment Seen on MultimodalResult { vision { text } }`;
const variables = () => ({ input: { text: 'My coffee was cold.', images: [{ base64: image }] } });

/** Codes by path. */
function refused({ errors = [] }: Answer): Record<string, unknown> {
  return Object.fromEntries(errors.map(({ path = [], extensions }) => [path.join('.'), extensions?.['code']]));
}

/** The one answer at a door. */
async function one(door: string, key: string, query: string, body: Record<string, unknown> = {}): Promise<Answer> {
  const [answer, ...more] = await knock(door, four.gateway, key, query, body);
  expect(more).toEqual([]);
  return answer ?? {};
}

describe.each(DOOR_NAMES)('by %s', (door) => {
  test('a branch without permission is null, with its path, and the rest answers', async () => {
    // Over POST without a picture in the URL: what cannot be said by GET is said without.
    const answer = await one(door, keys.feeling, COMPOSITE, { variables: door === 'GET' ? { input: { text: 'My coffee was cold.' } } : variables() });
    expect(answer.data).toMatchObject({ viewer: { app: 'shop' }, multimodal: { mood: { label: 'NEGATIVE' }, chat: null, vision: null } });
    expect(refused(answer)).toEqual({ 'multimodal.chat': 'FORBIDDEN', 'multimodal.vision': 'FORBIDDEN' });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ scope: expect.stringMatching(/^(chat|vision)$/) as string });
    expect(four.asked).toEqual({ ...NONE, sentiment: 1 });
  });

  test('a root field without permission is refused, and nothing is asked', async () => {
    const answer = await one(door, keys.feeling, '{ sentiment(input: { text: "Good." }) { label } reply: chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { text } }');
    expect(answer.data).toBeNull();
    expect(refused(answer)).toEqual({ reply: 'FORBIDDEN' });
    expect(four.asked).toEqual(NONE);
  });

  test('a root field without any allowed child is refused whole', async () => {
    const answer = await one(door, keys.chatting, 'query ($input: MultimodalInput!) { both: multimodal(input: $input) { __typename sentiment { label } ... @include(if: true) { embed { dimensions } } chat @skip(if: true) { text } } }', { variables: { input: { text: 'Hi' } } });
    expect(answer.data).toBeNull();
    expect(refused(answer)).toEqual({ both: 'FORBIDDEN' });
    expect(four.asked).toEqual(NONE);
  });

  test('the scope * has everything', async () => {
    const answer = await one(door, ADMIN_KEY, 'query ($input: MultimodalInput!) { multimodal(input: $input) { sentiment { label } embed { dimensions } } }', { variables: { input: { text: 'Hi' } } });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({ multimodal: { sentiment: { label: 'NEGATIVE' } } });
  });

  test('a key without a scope of the schema gets its own data only', async () => {
    const answer = await one(door, keys.nothing, '{ viewer { app user } models { name } }');
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({ viewer: { app: 'shop', user: 'mia' } });
    expect(refused(await one(door, keys.nothing, '{ multimodal(input: { text: "Hi" }) { meta { durationMs } } }'))).toEqual({ multimodal: 'FORBIDDEN' });
  });
});

describe('a subscription', () => {
  const EVENTS = `subscription ($input: MultimodalInput!) { multimodal(input: $input) {
    ... on MultimodalSentimentEvent { sequence sentiment { label } }
    ... on MultimodalVisionEvent { sequence vision { text } }
    ... on MultimodalBranchFailed { sequence branch code }
    ... on MultimodalDone { sequence }
  } }`;
  const DOORS = DOOR_NAMES.filter((door) => !['POST', 'GET'].includes(door));

  test.each(DOORS)('tells of a branch without permission as of one that failed, by %s', async (door) => {
    const events = (await knock(door, four.gateway, keys.feeling, EVENTS, { variables: variables() })).map(({ data, errors }) => {
      expect(errors).toBeUndefined();
      return data?.['multimodal'];
    });
    expect(events).toHaveLength(3);
    expect(events).toContainEqual({ sequence: expect.any(Number) as number, branch: 'VISION', code: 'FORBIDDEN' });
    expect(events).toContainEqual({ sequence: expect.any(Number) as number, sentiment: { label: 'NEGATIVE' } });
    expect(events.at(-1)).toEqual({ sequence: 2 });
    expect(four.asked).toEqual({ ...NONE, sentiment: 1 });
  });

  test.each(DOORS)('without permission is refused before there is a stream, by %s', async (door) => {
    const [answer, ...more] = await knock(door, four.gateway, keys.feeling, 'subscription { chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { __typename } }');
    expect(more).toEqual([]);
    expect(refused(answer ?? {})).toEqual({ chat: 'FORBIDDEN' });
    expect(four.asked).toEqual(NONE);
  });
});

test('a deferred branch without permission is null in its own part', async () => {
  const [first, ...later] = await knock('multipart/mixed', four.gateway, keys.feeling, '{ multimodal(input: { text: "Hi" }) { sentiment { label } ... @defer { chat { text } } } }');
  expect(first?.data).toEqual({ multimodal: { sentiment: { label: 'NEGATIVE' } } });
  const incremental = later.flatMap((part) => (part as { incremental?: (Answer & { path?: unknown })[] }).incremental ?? []);
  expect(incremental).toHaveLength(1);
  expect(incremental[0]?.data).toEqual({ chat: null });
  expect(refused(incremental[0] ?? {})).toEqual({ 'multimodal.chat': 'FORBIDDEN' });
  expect(four.asked).toEqual({ ...NONE, sentiment: 1 });
});

describe('the record of a call', () => {
  const MADE = 'query ($metadata: JSONObject!) { chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }], metadata: $metadata }) { meta { id } } }';
  const READ = '{ calls(first: 1, filter: { operation: CHAT }) { nodes { id app who: user metadata usage { input } } edges { node { user } } } }';
  const metadata = { order: 'KD-100' };
  let id: string;
  beforeEach(async () => {
    const { data } = await one('POST', keys.agent, MADE, { variables: { metadata } });
    ({ id } = (data as { chat: { meta: { id: string } } }).chat.meta);
  });
  const record = (who: string | null, metadata: unknown) => ({ calls: { nodes: [{ id, app: 'shop', who, metadata, usage: { input: 100 } }], edges: [{ node: { user: who } }] } });
  const read = async (door: string, key: string) => {
    let answer: Answer = {};
    // The ledger writes behind the answer.
    await expect.poll(async () => JSON.stringify((answer = await one(door, key, READ)).data)).toContain(id);
    return answer;
  };

  test.each(DOOR_NAMES)('shows a support agent masked text, an auditor the original, by %s', async (door) => {
    expect(await read(door, keys.agent)).toMatchObject({ data: record('[MASKED]', null) });
    expect(await read(door, keys.auditor)).toMatchObject({ data: record('mia', metadata) });
  });

  test('is for its own app, and for who reads the ledger: masked there too', async () => {
    expect((await one('POST', keys.foreign, READ)).data).toEqual({ calls: { nodes: [], edges: [] } });
    expect(await read('POST', keys.reader)).toMatchObject({ data: record('[MASKED]', null) });
    expect(await read('POST', ADMIN_KEY)).toMatchObject({ data: record('mia', metadata) });
  });

  test('is masked as an entity of the federation', async () => {
    await read('POST', ADMIN_KEY);
    const entity = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Call { user metadata } } }';
    const body = { variables: { of: [{ __typename: 'Call', id }] } };
    expect(await one('POST', keys.agent, entity, body)).toEqual({ data: { _entities: [{ user: '[MASKED]', metadata: null }] } });
    expect(await one('POST', keys.auditor, entity, body)).toEqual({ data: { _entities: [{ user: 'mia', metadata }] } });
  });

  test('names no person in sums either', async () => {
    await read('POST', ADMIN_KEY);
    const usage = 'query { usage(by: [USER], from: "2020-01-01T00:00:00Z") { dimensions { value } } }';
    const values = async (key: string) => JSON.stringify((await one('POST', key, usage)).data);
    expect(await values(keys.agent)).toContain('[MASKED]');
    expect(await values(keys.agent)).not.toContain('mia');
    expect(await values(keys.auditor)).toContain('mia');
  });
});

describe('behind a federation gateway', () => {
  let reviews: RunningServer;
  let federation: RunningServer;
  beforeAll(async () => {
    reviews = await startReviews();
    federation = await startFederation({ url: four.gateway.url, key: ADMIN_KEY, reviewsUrl: reviews.url });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await reviews[Symbol.asyncDispose]();
  });
  const through = async (key: string, query: string): Promise<Answer> => {
    const response = await fetch(federation.url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, body: JSON.stringify({ query, variables: { input: { text: 'My coffee was cold.' } } }) });
    return (await response.json()) as Answer;
  };

  test('the caller\'s own key decides field by field', async () => {
    const answer = await through(keys.feeling, COMPOSITE);
    expect(answer.data).toMatchObject({ viewer: { app: 'shop' }, multimodal: { mood: { label: 'NEGATIVE' }, chat: null, vision: null } });
    expect(answer.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(four.asked).toEqual({ ...NONE, sentiment: 1 });
  });

  test('a root field without permission asks no model', async () => {
    const answer = await through(keys.feeling, '{ chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { text } }');
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    expect(four.asked).toEqual(NONE);
  });
});
