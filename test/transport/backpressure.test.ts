import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PartialBehaviour } from '../faults/index.ts';
import { FourBranches } from '../harness/branches.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';
import { answerTo, parts, post } from './wire.ts';

let four: FourBranches;
beforeAll(async () => {
  four = await FourBranches.start();
});
beforeEach(() => four.reset());
afterAll(() => four[Symbol.asyncDispose]());

const MIB = 1_024 * 1_024;
const EVENTS = 'subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDelta { sequence text } ... on ChatDone { sequence } ... on ChatError { sequence code } } }';
const variables = { input: { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] } };

/** A vendor that streams so many tokens of 4 KiB; it costs this process next to nothing, whatever their number. */
function torrent(count: number): PartialBehaviour {
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-test', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const piece = Buffer.from(chunk({ content: 'x'.repeat(4_096) }).repeat(8));
  const pieces = [chunk({ role: 'assistant', content: '' }), ...Array.from({ length: count / 8 }, () => piece), chunk({}, 'stop'), 'data: [DONE]\n\n'];
  return { faults: [{ kind: 'raw', contentType: 'text/event-stream', pieces }] };
}

/** Bytes that this process, with the gateway in it, holds. */
function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** While nobody reads, the vendor is paused and the gateway holds next to nothing of its 128 MiB. */
async function expectPaused(before: number): Promise<void> {
  await expect.poll(() => four.vendors.chat.requests.length).toBe(1);
  let most = 0;
  for (let time = 0; time < 20; time++) {
    await sleep(100);
    most = Math.max(most, held() - before);
  }
  expect(four.vendors.chat.requests[0]?.ended).toBe(false);
  expect(most).toBeLessThan(48 * MIB);
}

describe('a reader that does not read', () => {
  const TOKENS = (128 * MIB) / 4_096;

  test.each(['text/event-stream', 'multipart/mixed; subscriptionSpec=1.0'])('pauses the vendor, as %s', async (accept) => {
    four.vendors.chat.behave(torrent(TOKENS));
    const before = held();
    const sent = post(four.gateway, accept, EVENTS, variables);
    (await answerTo(sent)).pause();
    await expectPaused(before);
    sent.destroy();
    await expect.poll(() => four.vendors.chat.requests[0]?.aborted).toBe(true);
  });

  test('pauses the vendor, on a WebSocket', async () => {
    four.vendors.chat.behave(torrent(TOKENS));
    const before = held();
    const socket = new WebSocket(`${four.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${ADMIN_KEY}` } })));
    socket.once('message', () => {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS, variables } }));
      socket.pause();
    });
    await expectPaused(before);
    socket.terminate();
    await expect.poll(() => four.vendors.chat.requests[0]?.aborted).toBe(true);
  });
});

describe('a reader that is slow', () => {
  const COUNT = 2_000;

  function expectAll(chat: { __typename: string; sequence: number; text?: string }[]): void {
    expect(chat.map((event) => event.sequence)).toEqual(chat.map((_, index) => index));
    expect(chat.reduce((sum, event) => sum + (event.text?.length ?? 0), 0)).toBe(COUNT * 4_096);
    expect(chat.at(-1)).toMatchObject({ __typename: 'ChatDone' });
  }
  type Payload = { data: { chat: { __typename: string; sequence: number; text?: string } } };

  test('gets everything in order, as multipart/mixed', async () => {
    four.vendors.chat.behave(torrent(COUNT));
    const answer = await answerTo(post(four.gateway, 'multipart/mixed; subscriptionSpec=1.0', EVENTS, variables));
    const events: Payload['data']['chat'][] = [];
    for await (const part of parts(answer)) {
      events.push((part['payload'] as Payload).data.chat);
      if (events.length % 200 === 0) await sleep(20);
    }
    expectAll(events);
  });

  test('gets everything in order, on a WebSocket', async () => {
    four.vendors.chat.behave(torrent(COUNT));
    const events: Payload['data']['chat'][] = [];
    for await (const result of four.gateway.socket().iterate({ query: EVENTS, variables })) {
      events.push((result as unknown as Payload).data.chat);
      if (events.length % 200 === 0) await sleep(20);
    }
    expectAll(events);
  });

  test('does not slow another operation of the gateway', async () => {
    four.vendors.chat.behave((_, attempt) => (attempt === 1 ? torrent(32_768) : { answer: { text: 'Quick.' } }));
    const sent = post(four.gateway, 'text/event-stream', EVENTS, variables);
    (await answerTo(sent)).pause();
    const { data } = await four.gateway.query('query ($input: ChatInput!) { chat(input: $input) { text } }', variables);
    expect(data).toEqual({ chat: { text: 'Quick.' } });
    sent.destroy();
  });
});
