import { createClient as createSseClient } from 'graphql-sse';
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failsWith } from '../faults/index.ts';
import { FourBranches, GOOD, picture } from '../harness/branches.ts';
import { ADMIN_KEY } from '../harness/gateway.ts';
import { answerTo, parts, post, type Part } from './wire.ts';

let four: FourBranches;
let image: string;
/** Noise, so that the request that carries it is far longer. */
let largeImage: string;
beforeAll(async () => {
  four = await FourBranches.start();
  image = await picture();
  largeImage = (await sharp(randomBytes(100 * 100 * 3), { raw: { width: 100, height: 100, channels: 3 } }).png().toBuffer()).toString('base64');
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

const SPECS = ['deferSpec=20220824', 'incrementalSpec=v0.2'];
const QUERY = `query ($input: MultimodalInput!) { multimodal(input: $input) {
  sentiment { label }
  ... @defer(label: "reply") { chat { text } }
  meta { plan { branch } usage { input } pending }
} }`;
const variables = () => ({ input: { text: 'My coffee was cold.', images: [{ base64: image }, { base64: largeImage }] } });

const FIRST = { multimodal: { sentiment: { label: 'NEGATIVE' }, meta: { plan: [{ branch: 'SENTIMENT' }, { branch: 'CHAT' }], usage: { input: 200 }, pending: ['CHAT'] } } };

async function open(spec: string, query: string): Promise<AsyncGenerator<Part>> {
  const answer = await answerTo(post(four.gateway, `multipart/mixed; ${spec}, application/json`, query, variables()));
  expect(answer.headers['content-type']).toContain(spec);
  return parts(answer);
}

async function next(stream: AsyncIterator<unknown>): Promise<Record<string, unknown>> {
  const { value } = await stream.next();
  return value as Record<string, unknown>;
}

async function rest(stream: AsyncGenerator<Part>): Promise<Part[]> {
  const all: Part[] = [];
  for await (const part of stream) all.push(part);
  return all;
}

/** A vendor that answers when it is told to. */
function gated(name: 'chat' | 'vision', waits: (body: string) => boolean = () => true): () => void {
  const gate = Promise.withResolvers<void>();
  four.vendors[name].behave(async ({ body }) => {
    if (waits(JSON.stringify(body))) await gate.promise;
    return GOOD[name];
  });
  return gate.resolve;
}

describe('@defer', () => {
  test.each(SPECS)('the fast branch arrives first, and meta does not wait for the deferred one: %s', async (spec) => {
    const answerNow = gated('chat');
    const stream = await open(spec, QUERY);
    // The vendor of the reply has been asked, and has not answered.
    expect(await next(stream)).toMatchObject({ data: FIRST, hasNext: true });
    expect(four.asked.chat).toBe(1);
    answerNow();
    const later = await rest(stream);
    expect(JSON.stringify(later)).toContain('"text":"We are sorry."');
    expect(later.at(-1)).toMatchObject({ hasNext: false });
  });

  test('a part of the 2022 format has path and label, one of v0.2 the id of what was pending', async () => {
    const [old, current] = await Promise.all(SPECS.map(async (spec) => rest(await open(spec, QUERY))));
    expect(old?.[1]).toMatchObject({ incremental: [{ path: ['multimodal'], label: 'reply', data: { chat: { text: 'We are sorry.' } } }] });
    expect(current?.[0]).toMatchObject({ pending: [{ id: '0', path: ['multimodal'], label: 'reply' }] });
    expect(current?.[1]).toMatchObject({ incremental: [{ id: '0', data: { chat: { text: 'We are sorry.' } } }], completed: [{ id: '0' }] });
  });

  test('over server-sent events and over a WebSocket the parts are those of v0.2', async () => {
    const sse = createSseClient({ url: `${four.gateway.url}/graphql`, headers: { authorization: `Bearer ${ADMIN_KEY}` }, retryAttempts: 0 });
    for (const client of [sse, four.gateway.socket()]) {
      const answerNow = gated('chat');
      const stream = client.iterate({ query: QUERY, variables: variables() })[Symbol.asyncIterator]();
      expect(await next(stream)).toMatchObject({ data: FIRST, pending: [{ id: '0', label: 'reply' }], hasNext: true });
      answerNow();
      expect(await next(stream)).toMatchObject({ incremental: [{ id: '0', data: { chat: { text: 'We are sorry.' } } }] });
      await stream.return?.();
    }
  });

  test.each(SPECS)('a deferred branch that fails is a coded error of its part: %s', async (spec) => {
    four.vendors.chat.behave(failsWith(503));
    const [first, ...later] = await rest(await open(spec, QUERY));
    expect(first).toMatchObject({ data: FIRST });
    expect(first?.['errors']).toBeUndefined();
    expect(JSON.stringify(later)).toContain('"code":"UPSTREAM_UNAVAILABLE"');
    expect(JSON.stringify(later)).toContain('"chat":null');
  });

  test('deferred meta counts everything', async () => {
    const stream = await open('incrementalSpec=v0.2', 'query ($input: MultimodalInput!) { multimodal(input: $input) { sentiment { label } ... @defer { chat { text } } ... @defer { meta { usage { input } pending } } } }');
    const all = JSON.stringify(await rest(stream));
    expect(all).toContain('"meta":{"usage":{"input":300},"pending":[]}');
  });

  test('@defer(if: false) comes in one piece', async () => {
    const all = await rest(await open('incrementalSpec=v0.2', QUERY.replace('@defer(label', '@defer(if: false, label')));
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ data: { multimodal: { chat: { text: 'We are sorry.' }, meta: { usage: { input: 300 }, pending: [] } } } });
  });
});

describe('@stream', () => {
  const STREAMED = 'query ($input: MultimodalInput!) { multimodal(input: $input) { vision @stream(initialCount: 1) { document { total } } meta { pending plan { calls } } } }';

  test.each(SPECS)('each picture arrives when it is read: %s', async (spec) => {
    const answerNow = gated('vision', (body) => body.length > 20_000);
    const stream = await open(spec, STREAMED);
    const first = await next(stream);
    expect(first).toMatchObject({ data: { multimodal: { vision: [{ document: { total: 12.4 } }], meta: { pending: ['VISION'], plan: [{ calls: 2 }] } } }, hasNext: true });
    answerNow();
    expect(JSON.stringify(await rest(stream))).toContain('"items":[{"document":{"total":12.4}}]');
  });
});
