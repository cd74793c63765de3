import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tokenPieces, tokens, withFaults } from '../faults/index.ts';
import { FourBranches } from '../harness/branches.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';
import { answerTo, ask, parts, post, send } from './wire.ts';

let four: FourBranches;
beforeAll(async () => {
  four = await FourBranches.start();
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

const QUERY = 'query Ask($input: ChatInput!) { chat(input: $input) { text } }';
const EVENTS = 'subscription Listen($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDelta { sequence text } ... on ChatDone { sequence text } ... on ChatError { sequence code } } }';
const variables = { input: { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] } };
const ANSWER = { data: { chat: { text: 'We are sorry.' } } };

function sse() {
  return createSseClient({ url: `${four.gateway.url}/graphql`, headers: { authorization: `Bearer ${ADMIN_KEY}` }, retryAttempts: 0 });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a query has the same answer', () => {
  test('by POST', async () => {
    const { status, type, json } = await ask(four.gateway, { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: QUERY, variables }) });
    expect({ status, json }).toEqual({ status: 200, json: ANSWER });
    expect(type).toContain('application/json');
  });

  test('by GET', async () => {
    const search = new URLSearchParams({ query: QUERY, variables: JSON.stringify(variables), operationName: 'Ask' });
    const { status, json } = await ask(four.gateway, { method: 'GET', path: `/graphql?${search}` });
    expect({ status, json }).toEqual({ status: 200, json: ANSWER });
  });

  test('over a WebSocket', async () => {
    expect(await collect(four.gateway.socket().iterate({ query: QUERY, variables }))).toEqual([ANSWER]);
  });

  test('as server-sent events', async () => {
    expect(await collect(sse().iterate({ query: QUERY, variables }))).toEqual([ANSWER]);
  });

  test('as server-sent events by GET', async () => {
    const search = new URLSearchParams({ query: QUERY, variables: JSON.stringify(variables) });
    const answer = await answerTo(send(four.gateway, { method: 'GET', path: `/graphql?${search}`, headers: { accept: 'text/event-stream' } }));
    expect((await collect(answer)).join('')).toBe(`:\n\nevent: next\ndata: ${JSON.stringify(ANSWER)}\n\nevent: complete\ndata:\n\n`);
  });

  test.each(['multipart/mixed', 'multipart/mixed; incrementalSpec=v0.2'])('as %s', async (accept) => {
    expect(await collect(parts(await answerTo(post(four.gateway, accept, QUERY, variables))))).toEqual([ANSWER]);
  });
});

describe('a subscription comes in pieces, whole and in order', () => {
  const COUNT = 200;
  const text = tokenPieces(COUNT).join('');
  type Event = { chat: { __typename: string; sequence: number; text?: string; code?: string } } | null | undefined;

  function expectWhole(events: Event[]): void {
    const chat = events.map((event) => event?.chat);
    expect(chat.map((event) => event?.sequence)).toEqual(chat.map((_, index) => index));
    expect(chat.slice(0, -1).map((event) => event?.text).join('')).toBe(text);
    expect(chat.at(-1)).toMatchObject({ __typename: 'ChatDone', text });
  }

  beforeEach(() => four.vendors.chat.behave(tokens(COUNT)));

  test('over a WebSocket', async () => {
    expectWhole((await collect(four.gateway.socket().iterate({ query: EVENTS, variables }))).map((result) => result.data as Event));
  });

  test('as server-sent events', async () => {
    expectWhole((await collect(sse().iterate({ query: EVENTS, variables }))).map((result) => result.data as Event));
  });

  test('as multipart/mixed', async () => {
    const answer = await answerTo(post(four.gateway, 'multipart/mixed; boundary="-"; subscriptionSpec=1.0, application/json', EVENTS, variables));
    expect(answer.headers['content-type']).toContain('subscriptionSpec=1.0');
    const payloads = (await collect(parts(answer))).map((part) => part['payload'] as { data: Event });
    expectWhole(payloads.map((payload) => payload.data));
  });

  test.each(['text/event-stream', 'multipart/mixed; subscriptionSpec=1.0'])('the first piece comes while the vendor is still speaking, as %s', async (accept) => {
    four.vendors.chat.behave(withFaults(tokens(COUNT), { kind: 'stall', afterTokens: 1 }));
    const sent = post(four.gateway, accept, EVENTS, variables);
    let seen = '';
    for await (const chunk of await answerTo(sent)) {
      seen += String(chunk);
      if (seen.includes('"w1"')) break;
    }
    expect(seen).toContain('"w1"');
    sent.destroy();
  });

  test('by plain POST it is refused, with the ways that there are', async () => {
    const { status, json } = await ask(four.gateway, { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: EVENTS, variables }) });
    expect(status).toBe(406);
    expect(json.errors?.[0]).toMatchObject({ message: expect.stringContaining('text/event-stream'), extensions: { code: 'BAD_USER_INPUT' } });
  });
});

describe('one socket', () => {
  test('carries several operations at once, and mixes none up', async () => {
    four.vendors.chat.behave((request) => (JSON.stringify(request.body).includes('slow') ? tokens(50, { betweenTokensMs: 5 }) : tokens(30)));
    const socket = four.gateway.socket();
    const listen = async (word: string) => {
      const results = await collect(socket.iterate<{ chat: { sequence: number; text?: string } }>({ query: EVENTS, variables: { input: { messages: [{ role: 'USER', content: [{ text: word }] }] } } }));
      expect(results.map((result) => result.data?.chat.sequence)).toEqual(results.map((_, index) => index));
      return results.at(-1)?.data?.chat.text;
    };
    const [slow, quick, queried, other] = await Promise.all([listen('slow'), listen('quick'), collect(socket.iterate({ query: '{ viewer { app } }' })), listen('quick')]);
    expect(slow).toBe(tokenPieces(50).join(''));
    expect(quick).toBe(tokenPieces(30).join(''));
    expect(other).toBe(quick);
    expect(queried).toEqual([{ data: { viewer: { app: 'admin' } } }]);
  });

  test('goes on after an operation of it failed', async () => {
    const socket = four.gateway.socket();
    await expect(collect(socket.iterate({ query: '{ nothing }' }))).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(await collect(socket.iterate({ query: QUERY, variables }))).toEqual([ANSWER]);
  });
});
