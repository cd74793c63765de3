import { createClient as createSseClient } from 'graphql-sse';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { neverAnswers, tokens, withFaults } from '../faults/index.ts';
import { FourBranches, GOOD } from '../harness/branches.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';
import { answerTo, ask, post, send } from './wire.ts';

let four: FourBranches;
beforeAll(async () => {
  four = await FourBranches.start();
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

const QUERY = 'query ($input: ChatInput!) { chat(input: $input) { text } }';
const EVENTS = 'subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDelta { text } } }';
const DEFERRED = '{ multimodal(input: { text: "Hello" }) { sentiment { label } ... @defer { chat { text } } } }';
const variables = { input: { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] } };

const vendor = () => four.vendors.chat;
const asked = () => expect.poll(() => vendor().requests.length).toBe(1);

/** The vendor sees its call broken off, the call is in the ledger as such, and the gateway goes on. */
async function expectAborted(): Promise<void> {
  await expect.poll(() => vendor().requests[0]?.aborted).toBe(true);
  const last = '{ calls(first: 1, filter: { operation: CHAT }) { nodes { outcome } } }';
  await expect.poll(async () => (await four.gateway.query(last)).data).toEqual({ calls: { nodes: [{ outcome: 'ABORTED' }] } });
  four.reset();
  expect((await four.gateway.query(QUERY, variables)).data).toEqual({ chat: { text: 'We are sorry.' } });
}

describe('a caller that goes away before the answer aborts the vendor\'s call', () => {
  beforeEach(() => vendor().behave(neverAnswers));

  test('by POST', async () => {
    const sent = post(four.gateway, 'application/json', QUERY, variables);
    await asked();
    sent.destroy();
    await expectAborted();
  });

  test('by GET', async () => {
    const search = new URLSearchParams({ query: QUERY, variables: JSON.stringify(variables) });
    const sent = send(four.gateway, { method: 'GET', path: `/graphql?${search}` });
    await asked();
    sent.destroy();
    await expectAborted();
  });

  test.each(['text/event-stream', 'multipart/mixed; subscriptionSpec=1.0'])('before the first piece of a subscription, as %s', async (accept) => {
    const sent = post(four.gateway, accept, EVENTS, variables);
    await asked();
    sent.destroy();
    await expectAborted();
  });

  test.each([QUERY, EVENTS])('that completes its operation on a WebSocket: %s', async (query) => {
    const stop = four.gateway.socket().subscribe({ query, variables }, { next() {}, error() {}, complete() {} });
    await asked();
    stop();
    await expectAborted();
  });

  test.each([QUERY, EVENTS])('whose WebSocket breaks: %s', async (query) => {
    const socket = new WebSocket(`${four.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${ADMIN_KEY}` } })));
    socket.once('message', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } })));
    await asked();
    socket.terminate();
    await expectAborted();
  });
});

describe('a caller that goes away in the midst of the answer aborts the vendor\'s call', () => {
  test('as server-sent events', async () => {
    vendor().behave(tokens(1_000, { betweenTokensMs: 20 }));
    const client = createSseClient({ url: `${four.gateway.url}/graphql`, headers: { authorization: `Bearer ${ADMIN_KEY}` }, retryAttempts: 0 });
    let seen = 0;
    for await (const _ of client.iterate({ query: EVENTS, variables })) if (++seen === 3) break;
    await expectAborted();
  });

  test('as multipart/mixed, with a deferred part outstanding', async () => {
    vendor().behave(neverAnswers);
    const sent = post(four.gateway, 'multipart/mixed', DEFERRED);
    for await (const chunk of await answerTo(sent)) if (String(chunk).includes('NEGATIVE')) break;
    sent.destroy();
    await expectAborted();
  });

  test('with a deferred part outstanding on a WebSocket', async () => {
    vendor().behave(neverAnswers);
    for await (const _ of four.gateway.socket().iterate({ query: DEFERRED })) break;
    await expectAborted();
  });

  test('while the vendor is silent', async () => {
    vendor().behave(withFaults(tokens(10), { kind: 'stall', afterTokens: 2 }));
    const sent = post(four.gateway, 'text/event-stream', EVENTS, variables);
    for await (const chunk of await answerTo(sent)) if (String(chunk).includes('w1')) break;
    sent.destroy();
    await expectAborted();
  });
});

test('one that leaves an operation of a socket leaves the others alone', async () => {
  vendor().behave((_, attempt) => (attempt === 1 ? neverAnswers : { ...GOOD.chat, delays: { beforeHeadersMs: 100 } }));
  const socket = four.gateway.socket();
  const stop = socket.subscribe({ query: QUERY, variables }, { next() {}, error() {}, complete() {} });
  await asked();
  const other = socket.iterate({ query: QUERY, variables }).next();
  stop();
  expect((await other).value).toEqual({ data: { chat: { text: 'We are sorry.' } } });
  await expect.poll(() => vendor().requests.map((request) => request.aborted)).toEqual([true, false]);
});

test('one that leaves a composite aborts every branch', async () => {
  const names = ['chat', 'sentiment', 'embed'] as const;
  for (const name of names) four.vendors[name].behave(neverAnswers);
  const sent = post(four.gateway, 'application/json', '{ multimodal(input: { text: "Hello" }) { chat { text } sentiment { label } embed { dimensions } } }');
  for (const name of names) await expect.poll(() => four.vendors[name].requests.length).toBe(1);
  sent.destroy();
  for (const name of names) await expect.poll(() => four.vendors[name].requests[0]?.aborted).toBe(true);
});

test('one that leaves while its body is on its way costs nothing', async () => {
  const sent = send(four.gateway, { headers: { 'content-type': 'application/json', 'content-length': '1000' }, body: '{"query": "' });
  await sleep(50);
  sent.destroy();
  const { json } = await ask(four.gateway, { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ viewer { app } }' }) });
  expect(json.data).toEqual({ viewer: { app: 'admin' } });
});
