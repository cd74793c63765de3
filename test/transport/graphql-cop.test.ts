import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FourBranches } from '../harness/branches.ts';
import { issueKey } from '../harness/keys.ts';
import { answerTo, send } from './wire.ts';

/**
 * The twelve checks of graphql-cop (https://github.com/dolevf/graphql-cop), each as the tool makes it, against the
 * default configuration: with the key of a client, and without one.
 */
let four: FourBranches;
let client: string;
beforeAll(async () => {
  four = await FourBranches.start();
  client = await issueKey(four.gateway, { app: 'shop', scopes: ['chat', 'sentiment', 'vision', 'embed'] });
});
afterAll(() => four[Symbol.asyncDispose]());

interface Reply {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  json: unknown;
}
const JSON_TYPE = { 'content-type': 'application/json' };

async function sent(key: string | null, wire: { method?: string; path?: string; headers?: Record<string, string>; body?: string }): Promise<Reply> {
  const answer = await answerTo(send(four.gateway, { key, ...wire }));
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every page is JSON.
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, text, json };
}
const postJson = (key: string | null, body: unknown, headers: Record<string, string> = {}) => sent(key, { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });

/** The tool takes any data in an answer for a hit. */
function expectRefused({ json, status }: Reply): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(json).toMatchObject({ errors: [{ extensions: { code: expect.any(String) as string } }] });
  expect(json).not.toMatchObject({ data: expect.any(Object) as object });
}

describe.each([
  ['the key of a client', () => client],
  ['no key', () => null],
])('with %s', (_, who) => {
  test('alias overloading: 101 aliases', async () => {
    const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}: __typename`).join(' ');
    const { json } = await postJson(who(), { query: `query cop { ${aliases} }` });
    expect(json).toHaveProperty('errors');
    expect(json).not.toMatchObject({ data: { alias100: expect.anything() as unknown } });
  });

  test('batching: ten operations in an array', async () => {
    expectRefused(await postJson(who(), Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' }))));
  });

  test('directive overloading: directives that are not there, ten times', async () => {
    const { json } = await postJson(who(), { query: `query cop { __typename ${'@aa'.repeat(10)} }` });
    // The tool counts the errors: one for each directive shows that all were worked on.
    const { errors } = json as { errors: unknown[] };
    expect(errors.length).toBeLessThan(10);
  });

  test('circular fragments', async () => {
    const { json, status } = await postJson(who(), { query: 'query cop { __schema { ...A } } fragment A on __Schema { directives { name } ...B } fragment B on __Schema { ...A }' });
    expect(status).toBeLessThan(500);
    expect(json).toMatchObject({ errors: [{}] });
    expect(json).not.toHaveProperty('data');
  });

  test('circular introspection', async () => {
    const { json } = await postJson(who(), { query: 'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }' });
    expect(json).not.toMatchObject({ data: { __schema: expect.anything() as unknown } });
  });

  test('field duplication: a field 500 times', async () => {
    const { json, status } = await postJson(who(), { query: `query cop { ${'__typename '.repeat(500)} }` });
    expect(status).toBeLessThan(500);
    expect(json).not.toMatchObject({ data: { __typename: 'Query' } });
  });

  test('introspection', async () => {
    const { json } = await postJson(who(), { query: 'query cop { __schema { types { name fields { name } } } }' });
    expect(json).not.toMatchObject({ data: { __schema: expect.anything() as unknown } });
    expect(json).toMatchObject({ errors: [{}] });
  });

  test('field suggestions', async () => {
    const { text } = await postJson(who(), { query: 'query cop { __schema { directive } viewr { ap } }' });
    expect(text.toLowerCase()).not.toContain('did you mean');
  });

  test('GET: a query and a mutation, as a page can send them', async () => {
    expectRefused(await sent(null, { method: 'GET', path: `/graphql?query=${encodeURIComponent('query cop { __typename }')}` }));
    const { json } = await sent(who(), { method: 'GET', path: `/graphql?query=${encodeURIComponent('mutation cop { __typename }')}` });
    expect(json).not.toMatchObject({ data: expect.any(Object) as object });
  });

  test('POST: a form', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
      expectRefused(await sent(who(), { headers: { 'content-type': type }, body: 'query=query%20cop%20%7B__typename%7D' }));
    }
  });

  test('GraphiQL and playgrounds', async () => {
    for (const path of ['/', '/graphql', '/graphiql', '/playground', '/console']) {
      const { text } = await sent(who(), { method: 'GET', path, headers: { accept: 'text/html' } });
      expect(text).not.toMatch(/graphiql\.min\.js|GraphQL Playground|apollo-server-landing-page|graphiql\.css/i);
    }
  });

  test('trace mode', async () => {
    for (const headers of [{ 'apollo-federation-include-trace': 'ftv1' }, {}]) {
      const { text } = await postJson(who(), { query: 'query cop { __typename }' }, headers);
      expect(text).not.toMatch(/"tracing"|"ftv1"/);
    }
  });

  test('unhandled errors: nothing of the inside is told', async () => {
    for (const query of ['qwerty cop { abc }', 'query { }', '{', 'query ($x: Nothing) { __typename }']) {
      const { text, status } = await postJson(who(), { query });
      expect(status).toBeLessThan(500);
      expect(text).not.toMatch(/exception|stacktrace|node_modules|at .*\.(ts|js):\d+/i);
    }
  });
});

test('headers tell browsers to be careful, on every path', async () => {
  for (const path of ['/graphql', '/healthz', '/nothing', '/v1/models']) {
    const { headers } = await sent(null, { method: 'GET', path });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('strict-transport-security');
  }
});
