import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../../src/canonical/call.ts';
import { enforceDirectives } from '../../src/graphql/directives/enforce.ts';
import { readDirectives } from '../../src/graphql/directives/read.ts';

const DIRECTIVES = `
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  directive @mask(unlessScope: String!) on FIELD_DEFINITION
`;

/** A schema of a team that puts the directives where this gateway's own does not. */
function schemaOf(typeDefs: string) {
  const sdl = DIRECTIVES + typeDefs;
  const record = { id: '1', score: 0.9, text: 'I am Mia.', lines: ['I am', 'Mia', null], size: 4, secret: 's', __typename: 'Record' };
  const resolvers = { Query: { record: () => record, any: () => [record, { __typename: 'Note', id: '2' }], note: () => ({ id: '2' }) } };
  return enforceDirectives(makeExecutableSchema({ typeDefs: sdl, resolvers }), readDirectives(parse(sdl)));
}

const SCHEMA = schemaOf(`
  type Query { record: Record any: [Any] note: Note @requiresScopes(scopes: [["a", "b"], ["c"]]) }
  union Any = Record | Note
  type Note { id: ID }
  type Record @policy(policies: [["support"], ["audit"], ["analysis"]]) {
    id: ID
    score: Float
    text: String! @requiresScopes(scopes: [["text"]]) @mask(unlessScope: "audit")
    lines: [String] @mask(unlessScope: "audit")
    size: Int @mask(unlessScope: "audit")
  }
`);

async function ask(query: string, principal: Partial<Principal>) {
  const call = { principal: { keyId: null, app: 'shop', user: null, team: null, scopes: [], models: null, policy: 'default', ...principal } satisfies Principal };
  const { data, errors = [] } = await graphql({ schema: SCHEMA, source: query, contextValue: { call } });
  // Objects of GraphQL have no prototype.
  return { data: JSON.parse(JSON.stringify(data)) as unknown, refused: errors.map(({ path, message }) => `${path?.join('.')}: ${message}`) };
}

describe('one record', () => {
  const RECORD = '{ record { score } record { id lines size } }';

  test('shows a support agent the masked form, an auditor the original, an analyst the score only', async () => {
    const whole = '{ record { score text lines size } }';
    expect(await ask(whole, { policy: 'support', scopes: ['text'] })).toEqual({ data: { record: { score: 0.9, text: '[MASKED]', lines: ['[MASKED]', '[MASKED]', null], size: null } }, refused: [] });
    expect(await ask(whole, { policy: 'audit', scopes: ['text', 'audit'] })).toEqual({ data: { record: { score: 0.9, text: 'I am Mia.', lines: ['I am', 'Mia', null], size: 4 } }, refused: [] });
    expect(await ask('{ record { score } }', { policy: 'analysis' })).toEqual({ data: { record: { score: 0.9 } }, refused: [] });
    // The text cannot be null: what it stands in is.
    expect(await ask('{ record { score text } }', { policy: 'analysis' })).toEqual({ data: { record: null }, refused: ['record.text: This needs the scope "text"; ask the operator for a key that has it.'] });
  });

  test('of a type for some policies is refused to all others, at the field that returns it', async () => {
    expect(await ask(RECORD, {})).toEqual({ data: { record: null }, refused: ['record: This needs the policy "support", or "audit", or "analysis"; ask the operator for a key that has it.'] });
  });

  test('among others is refused field by field', async () => {
    expect(await ask('{ any { ... on Note { id } ... on Record { score } } }', {})).toMatchObject({ data: { any: [{ score: null }, { id: '2' }] }, refused: [expect.stringMatching(/^any\.0\.score: /)] });
  });

  test('is whole for the scope *', async () => {
    expect(await ask('{ record { text size } note { id } }', { scopes: ['*'] })).toEqual({ data: { record: { text: 'I am Mia.', size: 4 }, note: { id: '2' } }, refused: [] });
  });
});

test.each([
  [['a'], false],
  [['a', 'b'], true],
  [['c'], true],
  [['b', 'x'], false],
])('of [["a", "b"], ["c"]] one list must be had whole: %j', async (scopes, allowed) => {
  const { data, refused } = await ask('{ note { id } }', { scopes });
  expect(data).toEqual({ note: allowed ? { id: '2' } : null });
  expect(refused).toEqual(allowed ? [] : ['note: This needs the scope "a" and "b", or "c"; ask the operator for a key that has it.']);
});

test('a mask on what has no masked form stops the start', () => {
  expect(() => schemaOf('type Query { record: Int! @mask(unlessScope: "audit") any: Int note: Int }')).toThrow('Query.record: what is masked is text, or may be null.');
});
