import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFederation } from '../../examples/federation/gateway.ts';
import { startReviews, type RunningServer } from '../../examples/federation/reviews.ts';
import { openKeys } from '../../src/ledger/keys/open-keys.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { answers, failsWith } from '../faults/index.ts';
import { FourBranches, SENTIMENT } from '../harness/branches.ts';
import { findInFolder } from '../harness/bytes.ts';
import { DOOR_NAMES, knock, type Answer } from '../harness/doors.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';
import { issueKey } from '../harness/keys.ts';

const SECRET = 'a secret of 32 characters or more';
const VALUES = ['anna.schmidt@example.com', '5500 0055 5555 5559', 'KD-200314'];
const [MAIL, CARD, ORDER] = VALUES;
const SAID = `I am ${MAIL}, you charged ${CARD} twice for order ${ORDER}!`;
/** What a policy takes out for good does not come back for an auditor either. */
const MASKED = 'I am [EMAIL_1], you charged [CARD_1] twice for order [ORDER_NO]!';
const RESTORED = `I am ${MAIL}, you charged ${CARD} twice for order [ORDER_NO]!`;

let four: FourBranches;
let log = '';
/** What the support agent's application read. */
let asked: Answer[] = [];
const keys = { agent: '', auditor: '', analyst: '' };
beforeAll(async () => {
  const mask = ['EMAIL', 'CARD', { name: 'ORDER_NO', pattern: 'KD-\\d{6}', mode: 'redact' }];
  four = await FourBranches.start(
    { policies: { default: { scopes: ['*'], mask, payloads: { store: true, originals: true } } } },
    { secret: SECRET, log: pino({ level: 'trace' }, { write: (line: string) => void (log += line) }) },
  );
  keys.agent = await issueKey(four.gateway, { app: 'shop', user: 'mia', scopes: ['chat', 'sentiment', 'payloads'] }, SECRET);
  keys.auditor = await issueKey(four.gateway, { app: 'audits', scopes: ['ledger:read', 'payloads', 'originals'] }, SECRET);
  keys.analyst = await issueKey(four.gateway, { app: 'numbers', scopes: ['ledger:read'] }, SECRET);
  four.vendors.chat.behave(answers({ text: 'I write to [EMAIL_1], and to [email-1] again.', usage: { input: 100, output: 10 } }));
  asked = await knock('POST', four.gateway, keys.agent, 'query ($text: String!) { sentiment(input: { text: $text }) { label } chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) { text } }', { variables: { text: SAID } });
});
afterAll(() => four[Symbol.asyncDispose]());

const { label, score, confidence } = SENTIMENT;
const CALL = 'model outcome usage { input } sentiment { label score confidence } payload { prompt answer }';
const READ = `{ calls(first: 1, filter: { operation: SENTIMENT }) { nodes { ${CALL} } } }`;
const figures = { model: 'feeling', outcome: 'OK', usage: { input: 200 }, sentiment: { label, score, confidence } };
const answer = `${JSON.stringify({ label, score, confidence, emotions: SENTIMENT.emotions, language: 'en' })}\n`;
const payload = (text: string) => ({ prompt: JSON.stringify({ text, language: null }), answer });

describe.each(DOOR_NAMES)('one call, by %s:', (door) => {
  const read = async (key: string): Promise<Answer> => {
    const [first, ...more] = await knock(door, four.gateway, key, READ);
    expect(more).toEqual([]);
    return first ?? {};
  };

  test('a support agent sees the masked text', async () => {
    expect(await read(keys.agent)).toEqual({ data: { calls: { nodes: [{ ...figures, payload: payload(MASKED) }] } } });
  });

  test('an auditor sees the original', async () => {
    expect(await read(keys.auditor)).toEqual({ data: { calls: { nodes: [{ ...figures, payload: payload(RESTORED) }] } } });
  });

  test('an analyst sees the score only', async () => {
    const { data, errors } = await read(keys.analyst);
    expect(data).toEqual({ calls: { nodes: [{ ...figures, payload: null }] } });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions?.['code'], extensions?.['scope']])).toEqual([['calls.nodes.0.payload', 'FORBIDDEN', 'payloads']]);
  });
});

test('the caller reads its own text', () => {
  expect(asked).toEqual([{ data: { sentiment: { label: 'NEGATIVE' }, chat: { text: `I write to ${MAIL}, and to ${MAIL} again.` } } }]);
});

test('the answer of a chat is shown in the same two ways', async () => {
  const read = async (key: string) => (await knock('POST', four.gateway, key, '{ calls(filter: { operation: CHAT }) { nodes { sentiment { label } payload { answer } } } }'))[0]?.data;
  expect(await read(keys.agent)).toEqual({ calls: { nodes: [{ sentiment: null, payload: { answer: 'I write to [EMAIL_1], and to [email-1] again.' } }] } });
  expect(await read(keys.auditor)).toEqual({ calls: { nodes: [{ sentiment: null, payload: { answer: `I write to ${MAIL}, and to ${MAIL} again.` } }] } });
});

describe('in a subscription, event by event,', () => {
  const EVENTS = `subscription ($text: String!) { multimodal(input: { text: $text }) { __typename
    ... on MultimodalSentimentEvent { sentiment { meta { call { sentiment { label } payload { prompt } } } } }
    ... on MultimodalChatEvent { chat { ... on ChatDone { meta { call { user payload { answer } } } } } }
  } }`;
  const asks = (more: string[], user: string) => issueKey(four.gateway, { app: 'shop', user, scopes: ['chat', 'sentiment', ...more] }, SECRET);
  let agent = '';
  let auditor = '';
  let analyst = '';
  beforeAll(async () => {
    [agent, auditor, analyst] = [await asks(['payloads'], 'mia'), await asks(['payloads', 'originals', 'audit'], 'ada'), await asks([], 'ann')];
  });

  test.each(DOOR_NAMES.filter((door) => door !== 'POST' && door !== 'GET'))('each sees in the record what its scopes show, by %s', async (door) => {
    const views = async (key: string) => {
      const events = await knock(door, four.gateway, key, EVENTS, { variables: { text: SAID } });
      const seen = events.map(({ data, errors = [] }) => ({ ...(data?.['multimodal'] as { __typename: string; sentiment?: { meta: { call: unknown } }; chat?: { meta?: { call: unknown } } }), refused: errors.map(({ path, extensions }) => `${path?.join('.')}: ${String(extensions?.['code'])}`) }));
      const feeling = seen.find(({ __typename }) => __typename === 'MultimodalSentimentEvent');
      const reply = seen.find(({ chat }) => chat?.meta !== undefined);
      return [feeling?.sentiment?.meta.call, feeling?.refused, reply?.chat?.meta?.call, reply?.refused];
    };
    const at = (text: string) => ({ sentiment: { label }, payload: { prompt: JSON.stringify({ text, language: null }) } });
    expect(await views(agent)).toEqual([at(MASKED), [], { user: '[MASKED]', payload: { answer: 'I write to [EMAIL_1], and to [email-1] again.' } }, []]);
    expect(await views(auditor)).toEqual([at(RESTORED), [], { user: 'ada', payload: { answer: `I write to ${MAIL}, and to ${MAIL} again.` } }, []]);
    expect(await views(analyst)).toEqual([
      { sentiment: { label }, payload: null },
      ['multimodal.sentiment.meta.call.payload: FORBIDDEN'],
      { user: '[MASKED]', payload: null },
      ['multimodal.chat.meta.call.payload: FORBIDDEN'],
    ]);
  });
});

describe('behind a federation router', () => {
  let reviews: RunningServer;
  let federation: RunningServer;
  beforeAll(async () => {
    reviews = await startReviews();
    federation = await startFederation({ url: four.gateway.url, key: ADMIN_KEY, reviewsUrl: reviews.url });
    const { data } = await four.gateway.query<{ calls: { nodes: { id: string }[] } }>('{ calls(filter: { operation: SENTIMENT }) { nodes { id } } }');
    const input = { product: 'P-2', stars: 1, comment: 'Charged twice.', call: data?.calls.nodes[0]?.id, model: 'feeling' };
    await through(keys.agent, 'mutation ($input: ReviewInput!) { addReview(input: $input) { id } }', { input });
  });
  afterAll(async () => {
    await federation[Symbol.asyncDispose]();
    await reviews[Symbol.asyncDispose]();
  });
  const through = async (key: string, query: string, variables = {}): Promise<Answer> => {
    const response = await fetch(federation.url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as Answer;
  };
  const read = (key: string): Promise<Answer> => through(key, `{ reviews { stars call { ${CALL} } } }`);

  test('the caller\'s own key shows the same three views of the entity', async () => {
    expect(await read(keys.agent)).toEqual({ data: { reviews: [{ stars: 1, call: { ...figures, payload: payload(MASKED) } }] } });
    expect(await read(keys.auditor)).toEqual({ data: { reviews: [{ stars: 1, call: { ...figures, payload: payload(RESTORED) } }] } });
    const { data, errors } = await read(keys.analyst);
    expect(data).toEqual({ reviews: [{ stars: 1, call: { ...figures, payload: null } }] });
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN']);
  });
});

// Stands behind all of them: whatever was read above has left nothing either.
test('no value is in the bytes of the data folder or in the log', async () => {
  four.vendors.chat.behave(failsWith(500, { error: { message: `[EMAIL_1] has no card ${CARD}` } }));
  await knock('POST', four.gateway, keys.agent, 'query ($text: String!) { chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) { text } }', { variables: { text: SAID } });
  expect(await findInFolder(four.gateway.dataDir, VALUES)).toEqual([]);
  expect(VALUES.filter((value) => log.includes(value))).toEqual([]);
  expect(log).not.toBe('');
});

test('the audit trail tells who was shown an original', async () => {
  const opened = await openKeys({ dataDir: four.gateway.dataDir, secret: SECRET, log: createLog('silent') });
  try {
    const shown = (await opened.auditTrail(1_000, null)).filter(({ action }) => action === 'originals.shown');
    expect(shown.every(({ detail }) => Array.isArray(detail['calls']) && detail['calls'].length === 1)).toBe(true);
    const byActor = Map.groupBy(shown, ({ actor }) => actor);
    // One by each door, for the chat and behind the router; the other in two events by each door that streams.
    expect([...byActor.values()].map(({ length }) => length).toSorted((a, b) => b - a)).toEqual([DOOR_NAMES.length + 2, 2 * (DOOR_NAMES.length - 2)]);
  } finally {
    await opened.close();
  }
});
