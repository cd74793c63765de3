import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_KEY, TestGateway } from '../harness/gateway.ts';

/** The audits of https://github.com/graphql/graphql-http: GraphQL over HTTP as the specification says it. */
const audits = serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn: withKey });
let gateway: TestGateway;

function withKey(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${ADMIN_KEY}` } });
}

beforeAll(async () => {
  gateway = await TestGateway.start({
    config: { providers: { local: { kind: 'local' } }, models: { vectors: { operation: 'embed', targets: [{ provider: 'local', model: 'minilm' }] } } },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

test('there are 61 of them', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (_id, _name, audit) => {
  const result = await audit.fn();
  expect(result.status, 'reason' in result ? result.reason : undefined).toBe('ok');
});
