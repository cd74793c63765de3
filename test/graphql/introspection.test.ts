import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOOR_NAMES, knock, type Answer } from '../harness/doors.ts';
import { ADMIN_KEY, TestGateway } from '../harness/gateway.ts';
import { issueKey } from '../harness/keys.ts';

const config = { providers: { local: { kind: 'local' } }, models: { vectors: { operation: 'embed', targets: [{ provider: 'local', model: 'minilm' }] } }, policies: { staff: { scopes: ['*'] } } };
let closed: TestGateway;
let open: TestGateway;
let dev: TestGateway;
const keys = { plain: '', schema: '', plainOfOpen: '' };
beforeAll(async () => {
  closed = await TestGateway.start({ config });
  open = await TestGateway.start({ config: { ...config, server: { introspection: 'keys' } } });
  dev = await TestGateway.start({ config, dev: true });
  keys.plain = await issueKey(closed, { app: 'shop', scopes: ['embed'] });
  keys.schema = await issueKey(closed, { app: 'router', scopes: ['introspection'], policy: 'staff' });
  keys.plainOfOpen = await issueKey(open, { app: 'shop', scopes: ['embed'] });
});
afterAll(async () => {
  for (const gateway of [closed, open, dev]) await gateway[Symbol.asyncDispose]();
});

const SHOWS = ['{ __schema { types { name } } }', '{ viewer { app } s: __type(name: "Call") { name } }', 'query { ...F } fragment F on Query { ... { __schema { queryType { name } } } }', '{ _service { sdl } }'];
const TYPO = '{ viewr { app } }';
const WRONG_ENUM = 'query ($of: Operation) { models(operation: $of) { name } }';

async function one(door: string, gateway: TestGateway, key: string, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  return (await knock(door, gateway, key, query, { variables }))[0] ?? {};
}

describe.each(DOOR_NAMES)('by %s', (door) => {
  test.each(SHOWS)('the schema is shown to nobody who may not see it: %s', async (query) => {
    const { data, errors } = await one(door, closed, keys.plain, query);
    expect(data ?? null).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', scope: 'introspection' });
  });

  test('nor is it told in errors', async () => {
    const typo = await one(door, closed, keys.plain, TYPO);
    expect(typo.errors?.[0]).toMatchObject({ message: 'Cannot query field "viewr" on type "Query".', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    const value = await one(door, closed, keys.plain, WRONG_ENUM, { of: 'EMBD' });
    expect(value.errors?.[0]?.message).toBe('Value "EMBD" does not exist in "Operation" enum.');
    for (const answer of [typo, value]) expect(JSON.stringify(answer)).not.toContain('Did you mean');
  });

  test.each([
    ['the scope introspection', () => [closed, keys.schema] as const],
    ['the scope *', () => [closed, ADMIN_KEY] as const],
    ['any key, where the config says so', () => [open, keys.plainOfOpen] as const],
    ['--dev', () => [dev, ADMIN_KEY] as const],
  ])('with %s the schema is shown, and errors help', async (_, who) => {
    const [gateway, key] = who();
    for (const query of SHOWS) expect(await one(door, gateway, key, query)).not.toHaveProperty('errors');
    expect((await one(door, gateway, key, TYPO)).errors?.[0]?.message).toContain('Did you mean "viewer"?');
    expect((await one(door, gateway, key, WRONG_ENUM, { of: 'EMBD' })).errors?.[0]?.message).toContain('Did you mean the enum value "EMBED"?');
  });
});

test('the whole schema can be read by a tool', async () => {
  const { data } = await closed.query<IntrospectionQuery>(getIntrospectionQuery());
  if (data == null) throw new Error('there is no data');
  expect(Object.keys(buildClientSchema(data).getQueryType()?.getFields() ?? {})).toContain('multimodal');
});
