import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeys } from '../../src/ledger/keys/open-keys.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { answers, startFakeOpenAI, type FakeVendor } from '../faults/index.ts';
import { ADMIN_KEY, TestGateway } from '../harness/gateway.ts';
import { issueKey } from '../harness/keys.ts';

let vendor: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeOpenAI(answers({ text: 'Good.', usage: { input: 10, output: 10 } }));
  const targets = [{ provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } }];
  gateway = await TestGateway.start({
    config: {
      providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { replies: { operation: 'chat', targets }, others: { operation: 'chat', targets } },
      server: { limits: { maxCost: 150 } },
      policies: {
        default: { mask: [] },
        narrow: { mask: [], models: ['replies'] },
        european: { mask: [], regions: ['eu'] },
        slow: { mask: [], limits: { requestsPerMinute: 1 } },
        poor: { mask: [], budget: { usd: 0.000001, per: 'day' } },
        sick: { mask: [], guardrails: [{ kind: 'words', words: ['Falcon'] }] },
      },
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
});

const chat = (text = 'Hi', model = 'replies') => `chat(input: { model: "${model}", messages: [{ role: USER, content: [{ text: "${text}" }] }] }) { text }`;

test('whoever is refused stands in the audit trail with the reason, and with nothing that was said', async () => {
  const keyOf = (policy: string, scopes = ['chat']) => issueKey(gateway, { app: 'shop', scopes, policy });
  const keys = { narrow: await keyOf('narrow'), slow: await keyOf('slow'), poor: await keyOf('poor'), sick: await keyOf('sick'), european: await keyOf('european'), none: await keyOf('default', []) };
  const ask = async (key: string, query: string) => (await gateway.query(query, {}, { headers: { authorization: `Bearer ${key}` } })).errors?.[0]?.extensions?.['code'];
  expect(await ask(keys.narrow, `{ ${chat('secret-1', 'others')} }`)).toBe('FORBIDDEN');
  expect(await ask(keys.none, `{ ${chat('secret-2')} }`)).toBe('FORBIDDEN');
  expect(await ask(keys.none, '{ __schema { queryType { name } } }')).toBe('FORBIDDEN');
  expect(await ask(ADMIN_KEY, `{ a: ${chat('secret-3')} b: ${chat('secret-3')} }`)).toBe('COST_ESTIMATED_TOO_EXPENSIVE');
  expect(await ask(keys.slow, `{ ${chat('secret-4')} }`)).toBeUndefined();
  expect(await ask(keys.slow, `{ ${chat('secret-4')} }`)).toBe('RATE_LIMITED');
  expect(await ask(keys.poor, `{ ${chat('secret-5')} }`)).toBe('BUDGET_EXCEEDED');
  expect(await ask(keys.european, `{ ${chat('secret-7')} }`)).toBe('FORBIDDEN');
  for (const [path, body] of [['/metrics', null], ['/export?what=calls', null], ['/uploads', 'secret-8'], ['/v1/moderations', '{"input":"secret-9"}']] as const) {
    const { status } = await fetch(new URL(path, gateway.url), { method: body === null ? 'GET' : 'POST', body, headers: { authorization: `Bearer ${keys.none}`, 'content-type': 'application/json' } });
    expect([path, status]).toEqual([path, 403]);
  }
  expect(await ask(keys.sick, `{ ${chat('secret-6 Falcon')} }`)).toBe('GUARDRAIL_BLOCKED');
  expect(await ask('kn_no-key-of-this-gateway-at-all-0123456789', '{ viewer { app } }')).toBe('UNAUTHENTICATED');
  await gateway.gateway.close();

  const opened = await openKeys({ dataDir: gateway.dataDir, secret: undefined, log: createLog('silent') });
  const trail = await opened.auditTrail(100, null);
  await opened.close();
  const refused = trail.filter(({ action }) => action.endsWith('.refused')).map(({ action, subject, detail }) => [action, subject, (detail as { reason: string }).reason]);
  const expected = [
    ['call.refused', 'others', 'model'],
    ['field.refused', null, 'scope chat'],
    ['field.refused', null, 'scope introspection'],
    ['field.refused', null, 'estimated cost'],
    ['call.refused', 'replies', 'limit'],
    ['call.refused', 'replies', 'budget'],
    ['call.refused', 'replies', 'residency'],
    ['call.refused', '/metrics', 'scope operate'],
    ['call.refused', '/export', 'scope ledger:read'],
    ['call.refused', '/uploads', 'scope vision or chat'],
    ['call.refused', '/v1/moderations', 'scope chat'],
    ['call.refused', 'replies', 'guardrail words input'],
  ];
  for (const one of expected) expect(refused).toContainEqual(one);
  expect(refused.filter(([action]) => action === 'auth.refused')).not.toEqual([]);
  expect(refused.filter(([action]) => action !== 'auth.refused')).toHaveLength(expected.length);
  // Each of them says by which key.
  for (const { action, actor } of trail) if (['call.refused', 'field.refused'].includes(action)) expect(actor).toMatch(/^key:/);
  expect(JSON.stringify(trail)).not.toMatch(/secret-\d|Falcon|0123456789/);
});
