import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DOOR_NAMES, knock } from '../../harness/doors.ts';
import { answers, startFakeOpenAI, type FakeVendor } from '../../faults/index.ts';
import { ADMIN_KEY, TestGateway } from '../../harness/gateway.ts';
import { openKeys } from '../../../src/ledger/keys/open-keys.ts';
import { createLog } from '../../../src/telemetry/log.ts';

/** The detector of names fails as a program does: in the middle of its work, with the text in its message. */
const state = vi.hoisted(() => ({ crashes: false }));
vi.mock(import('../../../src/policy/masking/detectors/person.ts'), async (original) => {
  const { findPersons } = await original();
  return {
    findPersons: (text) => {
      if (state.crashes) throw new TypeError(`cannot read ${text}`);
      return findPersons(text);
    },
  };
});

const EMAIL = 'anna.berger@example.org';
/** More than masking takes on in one text, and in one call. */
const OVERLOAD = { 'a text that is too long': `${EMAIL} ${'word '.repeat(210_000)}`, 'too many values': Array.from({ length: 20_100 }, (_, index) => `mia${index}@example.org`).join(' ') };

let vendor: FakeVendor;
let closed: TestGateway;
let open: TestGateway;

const start = (maskFail: string) =>
  TestGateway.start({
    config: {
      providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: {
        replies: { operation: 'chat', route: { retries: 0, firstTokenMs: 10_000, idleMs: 10_000 }, targets: [{ provider: 'vendor', model: 'gpt-test' }] },
        vectors: { operation: 'embed', targets: [{ provider: 'vendor', model: 'gpt-test' }] },
      },
      policies: { default: { mask: ['EMAIL', 'PERSON'], maskFail } },
    },
  });

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  closed = await start('closed');
  open = await start('open');
});
beforeEach(() => {
  vendor.reset();
  vendor.behave(answers('Good.'));
});
afterEach(() => {
  state.crashes = false;
});
afterAll(async () => {
  await closed[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
  await vendor.close();
});

const chat = (text: string) => `chat(input: { messages: [{ role: USER, content: [{ text: ${JSON.stringify(text)} }] }] })`;
const ASKS: Record<string, (text: string) => string> = {
  query: (text) => `{ ${chat(text)} { text } }`,
  embed: (text) => `{ embed(input: { texts: [${JSON.stringify(text)}] }) { dimensions } }`,
  composite: (text) => `{ multimodal(input: { text: ${JSON.stringify(text)} }) { chat { text } } }`,
};

describe.each(DOOR_NAMES)('while the detector of names crashes, by %s', (door) => {
  test.each(Object.entries(ASKS))('%s is refused with a code, and nothing leaves', async (_, ask) => {
    state.crashes = true;
    const seen = await knock(door, closed, ADMIN_KEY, ask(`Mail ${EMAIL}, Anna Berger`));
    expect(seen.at(-1)?.errors?.[0]?.extensions).toMatchObject({ code: 'GUARDRAIL_BLOCKED', guardrail: 'masking', reason: 'crash' });
    expect(JSON.stringify(seen)).not.toMatch(/anna/i);
    expect(vendor.requests).toEqual([]);
    state.crashes = false;
    // Once it works again, so does the gateway.
    expect((await knock(door, closed, ADMIN_KEY, ask('Hello.')))[0]).not.toHaveProperty('errors');
  });
});

test.each(['WebSocket', 'server-sent events', 'multipart/mixed'])('a stream ends with the refusal, by %s', async (door) => {
  state.crashes = true;
  const seen = await knock(door, closed, ADMIN_KEY, `subscription { ${chat(`Mail ${EMAIL}`)} { __typename ... on ChatError { code } } }`);
  expect(seen).toEqual([{ data: { chat: { __typename: 'ChatError', code: 'GUARDRAIL_BLOCKED' } } }]);
  expect(vendor.requests).toEqual([]);
});

test.each(Object.entries(OVERLOAD))('%s: overload refuses, and nothing leaves', async (_, text) => {
  const query = 'query ($text: String!) { chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) { text } }';
  const { errors } = await closed.query(query, { text });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'GUARDRAIL_BLOCKED', guardrail: 'masking', reason: 'overload' });
  expect(JSON.stringify(errors)).not.toContain('example.org');
  expect(vendor.requests).toEqual([]);
  const rest = await closed.fetch('/v1/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'replies', messages: [{ role: 'user', content: text }] }) });
  expect(rest.status).toBe(400);
  expect(vendor.requests).toEqual([]);
});

test('a policy that is open sends it with a warning', async () => {
  state.crashes = true;
  const { data } = await open.query<{ chat: { meta: { warnings: string[] } } }>(`{ ${chat(`Mail ${EMAIL}`)} { meta { warnings } } }`);
  expect(data?.chat.meta.warnings).toEqual([expect.stringContaining('could not be masked (crash)')]);
  expect(JSON.stringify(vendor.requests[0]?.body)).toContain(EMAIL);
});

test('every refusal is in the audit trail with its reason', async () => {
  state.crashes = true;
  const own = await start('closed');
  await own.query(ASKS['query']?.(EMAIL) ?? '');
  const { dataDir, gateway } = own;
  await gateway.close();
  const keys = await openKeys({ dataDir, secret: undefined, log: createLog('silent') });
  const trail = await keys.auditTrail(10, null);
  await keys.close();
  await own[Symbol.asyncDispose]();
  expect(trail).toContainEqual(expect.objectContaining({ action: 'call.refused', subject: 'replies', detail: expect.objectContaining({ reason: 'masking crash', count: 1 }) }));
});
