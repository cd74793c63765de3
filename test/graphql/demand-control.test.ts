import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FourBranches } from '../harness/branches.ts';
import { DOOR_NAMES, knock, type Answer } from '../harness/doors.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';

const LIMIT = 400;
let four: FourBranches;
beforeAll(async () => {
  four = await FourBranches.start({ server: { limits: { maxCost: LIMIT, maxRootFields: 6 } } });
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

const NONE = { chat: 0, sentiment: 0, vision: 0, embed: 0 };
const hi = 'chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] })';

async function one(query: string, variables: Record<string, unknown> = {}, door = 'POST'): Promise<Answer> {
  const [answer = {}, ...more] = await knock(door, four.gateway, ADMIN_KEY, query, { variables });
  expect(more).toEqual([]);
  return answer;
}

/** What an operation that is too dear is said to cost. */
async function costOf(query: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const { data, errors } = await one(query, variables);
  expect(data ?? null).toBeNull();
  expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['COST_ESTIMATED_TOO_EXPENSIVE']);
  return errors?.[0]?.extensions?.['estimatedCost'];
}

describe.each(DOOR_NAMES)('by %s', (door) => {
  test('an operation that could cost too much is refused with the estimate and the limit, and nothing is asked', async () => {
    const answer = await one(`{ a: ${hi} { text } b: ${hi} { text } c: ${hi} { text } d: ${hi} { text } e: ${hi} { text } }`, {}, door);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'COST_ESTIMATED_TOO_EXPENSIVE', estimatedCost: 500, maxCost: LIMIT });
    expect(four.asked).toEqual(NONE);
  });

  test('one within the limit is answered', async () => {
    expect(await one(`{ a: ${hi} { text } b: ${hi} { text } c: ${hi} { text } d: ${hi} { text } }`, {}, door)).toMatchObject({ data: { d: { text: 'We are sorry.' } } });
    expect(four.asked.chat).toBe(4);
  });
});

describe.each(DOOR_NAMES)('whoever asks what it is estimated to cost is told, by %s', (door) => {
  const ask = (query: string, body: Record<string, unknown>) => knock(door, four.gateway, ADMIN_KEY, query, body);
  const cost = { extensions: { cost: true } };

  test('with the answer', async () => {
    const query = `{ ${hi} { text } }`;
    expect(await ask(query, cost)).toMatchObject([{ data: { chat: { text: 'We are sorry.' } }, extensions: { cost: { estimated: 100, max: LIMIT } } }]);
    // Again: what is known of a document is told as well.
    expect(await ask(query, cost)).toMatchObject([{ extensions: { cost: { estimated: 100, max: LIMIT } } }]);
    expect((await ask(query, {}))[0]).not.toHaveProperty('extensions');
    expect((await ask(query, { extensions: { cost: 'please' } }))[0]).not.toHaveProperty('extensions');
  });

  test('with a refusal', async () => {
    const [answer] = await ask(`query { ${'abcde'.split('').map((name) => `${name}: ${hi} { text }`).join(' ')} }`, cost);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE' } }], extensions: { cost: { estimated: 500, max: LIMIT } } });
  });
});

test.each(['WebSocket', 'server-sent events', 'multipart/mixed'])('a stream tells it with its first event alone, by %s', async (door) => {
  const [first, ...others] = await knock(door, four.gateway, ADMIN_KEY, 'subscription { chat(input: { messages: [{ role: USER, content: [{ text: "Hi" }] }] }) { __typename } }', { extensions: { cost: true } });
  expect(first).toMatchObject({ data: { chat: { __typename: 'ChatDelta' } }, extensions: { cost: { estimated: 100, max: LIMIT } } });
  expect(others.length).toBeGreaterThan(0);
  for (const other of others) expect(other).not.toHaveProperty('extensions');
});

test('an answer in parts tells it with the first of them', async () => {
  const query = 'query { viewer { app } ... @defer { multimodal(input: { text: "Hi" }) { sentiment { label } } } }';
  const [first, ...others] = await knock('multipart/mixed', four.gateway, ADMIN_KEY, query, { extensions: { cost: true } });
  expect(first).toMatchObject({ data: { viewer: { app: 'admin' } }, extensions: { cost: { estimated: 22, max: LIMIT } } });
  expect(others.length).toBeGreaterThan(0);
});

describe('the estimate', () => {
  const INPUT = '$input: MultimodalInput = { text: "Hi" }';

  test.each([
    // Sixteen pictures at 50, and an object each time.
    ['a list as many items as it may have', `query (${INPUT}) { multimodal(input: $input) { vision { text document { total } } } }`, {}, 1 + 16 * (50 + 1)],
    ['a page as many as are asked for', 'query ($first: Int) { calls(first: $first) { nodes { cost { usd } usage { input } masked { kind } } } }', { first: 60 }, 10 + 60 * (1 + 1 + 1 + 5)],
    ['a page by the default of the variable', 'query ($first: Int = 100) { calls(first: $first) { edges { node { cost { usd } usage { input } } } } }', {}, 10 + 100 * 4],
    ['an argument that is given', `query (${INPUT}, $grounds: [Branch!]) { a: multimodal(input: $input) { chat(groundedOn: $grounds) { text } } b: multimodal(input: $input) { chat(groundedOn: [SENTIMENT]) { text } } }`, { grounds: ['SENTIMENT'] }, 2 * (1 + 100 + 820)],
    ['what is selected twice once', `query (${INPUT}) { multimodal(input: $input) { ...V vision { text } } } fragment V on MultimodalResult { vision { text } ... { vision { blocks { text } } } }`, {}, 1 + 16 * (50 + 10)],
    ['entities as many as are asked for', `query (${INPUT}) { _entities(representations: [{ __typename: "Call", id: "1" }, { __typename: "Call", id: "2" }]) { ... on Call { cost { usd } } } multimodal(input: $input) { vision { text } } }`, {}, 2 * 2 + 1 + 800],
  ])('counts %s', async (_, query, variables, expected) => {
    expect(await costOf(query, variables)).toBe(expected);
  });

  test('counts nothing that is skipped', async () => {
    expect(await one(`query (${INPUT}, $on: Boolean = true) { viewer { app } multimodal(input: $input) @skip(if: $on) { vision { text } } }`)).toEqual({ data: { viewer: { app: 'admin' } } });
  });

  test('is made again for other variables of the same document', async () => {
    const page = 'query ($first: Int) { calls(first: $first) { nodes { cost { usd } usage { input } masked { kind } } } }';
    for (const _ of ['first', 'remembered']) {
      expect(await one(page, { first: 2 })).not.toHaveProperty('errors');
      expect(await costOf(page, { first: 60 })).toBe(10 + 60 * 8);
    }
    const skipped = `query (${INPUT}, $off: Boolean!) { viewer { app } multimodal(input: $input) @skip(if: $off) { vision { text } } }`;
    expect(await one(skipped, { off: true })).not.toHaveProperty('errors');
    expect(await costOf(skipped, { off: false })).toBe(1 + 1 + 16 * 50);
  });

  test('of a stream is that of all its events', async () => {
    const [answer = {}] = await knock('WebSocket', four.gateway, ADMIN_KEY, 'subscription { multimodal(input: { text: "Hi" }) { ... on MultimodalVisionEvent { vision { text } } ... on MultimodalChatEvent { chat { __typename } } } }');
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'COST_ESTIMATED_TOO_EXPENSIVE', estimatedCost: 901 });
  });
});

describe('limits of a document', () => {
  const refused = async (query: string) => (await one(query)).errors?.map(({ message, extensions }) => [extensions?.['code'], message]);

  test('fields at the root, those of fragments with them', async () => {
    expect(await one('{ viewer { app } ...F } fragment F on Query { a: models { name } b: models { name } c: models { name } d: models { name } e: models { name } }')).not.toHaveProperty('errors');
    expect(await refused('{ viewer { app } models { name } ...F } fragment F on Query { a: models { name } b: models { name } c: models { name } d: models { name } e: models { name } }')).toEqual([
      ['GRAPHQL_VALIDATION_FAILED', 'The operation has 7 fields at the root; at most 6 are allowed.'],
    ]);
  });

  test('a field within itself, fragments followed', async () => {
    const nest = (times: number): string => (times === 0 ? 'name' : `ofType { ${nest(times - 1)} }`);
    expect(await one(`{ __type(name: "Call") { ${nest(10)} } }`)).not.toHaveProperty('errors');
    expect(await refused(`{ __type(name: "Call") { ofType { ofType { ...T } } } } fragment T on __Type { ${nest(9)} }`)).toContainEqual([
      'GRAPHQL_VALIDATION_FAILED',
      'The operation has 11 levels of a field within itself; at most 10 are allowed.',
    ]);
  });

  test('errors of one answer', async () => {
    const of = Array.from({ length: 200 }, () => ({ __typename: 'Call', id: { not: 'text' } }));
    const { data, errors, extensions } = await one('query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }', { of });
    expect(data).toEqual({ _entities: of.map(() => null) });
    expect(errors).toHaveLength(50);
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    expect(extensions).toEqual({ errorsLeftOut: 150 });
  });
});
