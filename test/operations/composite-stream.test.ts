import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failsWith, tokens, withFaults } from '../faults/index.ts';
import { FourBranches, GOOD, picture } from '../harness/branches.ts';

let four: FourBranches;
let image: string;

beforeAll(async () => {
  four = await FourBranches.start();
  image = await picture();
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

interface Event {
  __typename: string;
  sequence: number;
  branch?: string;
  index?: number;
  code?: string;
  chat?: { __typename: string; sequence: number; text?: string };
  meta?: { usage: { input: number; output: number }; cost: { usd: number }; plan: { branch: string }[]; pending: string[] };
}

const CHAT = '... on MultimodalChatEvent { branch chat { __typename ... on ChatDelta { sequence text } ... on ChatDone { sequence text } ... on ChatError { sequence code } } }';
const SENTIMENT = '... on MultimodalSentimentEvent { branch sentiment { label } }';
const VISION = '... on MultimodalVisionEvent { branch index vision { text } }';
const EMBED = '... on MultimodalEmbedEvent { branch embed { dimensions } }';
const END = '... on MultimodalBranchFailed { branch code message } ... on MultimodalDone { meta { usage { input output } cost { usd } plan { branch } pending } }';
const SEQUENCES = ['MultimodalChatEvent', 'MultimodalSentimentEvent', 'MultimodalVisionEvent', 'MultimodalEmbedEvent', 'MultimodalBranchFailed', 'MultimodalDone']
  .map((type) => `... on ${type} { sequence }`)
  .join(' ');

async function listen(selection: string, images = 1): Promise<Event[]> {
  const query = `subscription Listen($input: MultimodalInput!) { multimodal(input: $input) { __typename ${SEQUENCES} ${selection} } }`;
  const input = { text: 'My coffee was cold.', images: Array.from({ length: images }, () => ({ base64: image })) };
  const results = await four.gateway.collect<{ multimodal: Event }>(query, { input });
  for (const result of results) expect(result.errors).toBeUndefined();
  return results.flatMap((result) => (result.data ? [result.data.multimodal] : []));
}

function expectGapless(events: readonly Event[]): void {
  expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index));
  expect(events.filter((event) => event.__typename === 'MultimodalDone')).toEqual([events.at(-1)]);
}

describe('a streamed composite', () => {
  test('tells of all branches as they come, tagged, without gaps, and ends in one MultimodalDone', async () => {
    four.vendors.chat.behave(tokens(40, { betweenTokensMs: 10 }, { usage: { input: 100, output: 10 } }));
    four.vendors.sentiment.behave({ ...GOOD.sentiment, delays: { beforeHeadersMs: 60 } });
    const events = await listen(`${CHAT} ${SENTIMENT} ${VISION} ${EMBED} ${END}`);
    expectGapless(events);
    const of = (branch: string) => events.filter((event) => event.branch === branch);
    expect(of('SENTIMENT')).toHaveLength(1);
    expect(of('VISION')).toMatchObject([{ index: 0 }]);
    expect(of('EMBED')).toHaveLength(1);
    // The reply was still coming when the others were there: they are in the midst of it.
    const chat = of('CHAT');
    expect(of('SENTIMENT')[0]?.sequence).toBeGreaterThan(chat[0]?.sequence ?? Infinity);
    expect(of('SENTIMENT')[0]?.sequence).toBeLessThan(chat.at(-1)?.sequence ?? 0);
    expect(chat.map((event) => event.chat?.sequence)).toEqual(chat.map((_, index) => index));
    expect(chat.at(-1)?.chat).toMatchObject({ __typename: 'ChatDone' });
    expect(chat.flatMap((event) => (event.chat?.__typename === 'ChatDelta' ? [event.chat.text] : [])).join('')).toBe(chat.at(-1)?.chat?.text);
    expect(events.at(-1)?.meta).toMatchObject({ usage: { input: 1_500, output: 70 }, pending: [] });
    expect(events.at(-1)?.meta?.plan.map((step) => step.branch).toSorted()).toEqual(['CHAT', 'EMBED', 'SENTIMENT', 'VISION']);
  });

  test('does not call a branch whose event is not selected', async () => {
    const events = await listen(`${SENTIMENT} ${END}`);
    expect(events.map((event) => event.__typename)).toEqual(['MultimodalSentimentEvent', 'MultimodalDone']);
    expect(four.asked).toEqual({ chat: 0, sentiment: 1, vision: 0, embed: 0 });
  });

  test('tells each picture by its place', async () => {
    const events = await listen(`${VISION} ${END}`, 3);
    expectGapless(events);
    expect(events.flatMap((event) => (event.branch === 'VISION' ? [event.index] : [])).toSorted()).toEqual([0, 1, 2]);
  });

  test('a branch that fails says so, and the others go on', async () => {
    four.vendors.sentiment.behave(failsWith(503));
    four.vendors.vision.behave({ ...GOOD.vision, delays: { beforeHeadersMs: 60 } });
    const events = await listen(`${CHAT} ${SENTIMENT} ${VISION} ${END}`);
    expectGapless(events);
    expect(events.filter((event) => event.__typename === 'MultimodalBranchFailed')).toMatchObject([{ branch: 'SENTIMENT', code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(events.filter((event) => event.branch === 'VISION')).toHaveLength(1);
    expect(events.filter((event) => event.chat?.__typename === 'ChatDone')).toHaveLength(1);
  });

  test('a reply that breaks off ends in one ChatError of its branch, and the others go on', async () => {
    four.vendors.chat.behave(withFaults(tokens(10), { kind: 'cut', afterTokens: 4 }));
    four.vendors.sentiment.behave({ ...GOOD.sentiment, delays: { beforeHeadersMs: 60 } });
    const events = await listen(`${CHAT} ${SENTIMENT} ${END}`);
    expectGapless(events);
    expect(events.filter((event) => event.branch === 'CHAT').at(-1)?.chat).toMatchObject({ __typename: 'ChatError', code: 'STREAM_INTERRUPTED' });
    expect(events.filter((event) => event.branch === 'SENTIMENT')).toHaveLength(1);
  });

  test('a reply built on a branch comes after it; the branch is called once', async () => {
    const events = await listen(`${CHAT.replace('chat {', 'chat(groundedOn: [VISION]) {')} ${VISION} ${END}`);
    expectGapless(events);
    expect(four.asked).toEqual({ chat: 1, sentiment: 0, vision: 1, embed: 0 });
    expect(JSON.stringify(four.vendors.chat.requests[0]?.body)).toContain('Blue Kettle');
  });

  test('the same branch with two sets of arguments is refused before any call', async () => {
    const query = 'subscription ($input: MultimodalInput!) { multimodal(input: $input) { ... on MultimodalChatEvent { a: chat { __typename } b: chat(system: "x") { __typename } } } }';
    const results = await four.gateway.collect(query, { input: { text: 'Hello' } });
    expect(results).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'chat' } }] }]);
    expect(four.asked).toEqual({ chat: 0, sentiment: 0, vision: 0, embed: 0 });
  });

  test('a client that unsubscribes aborts every branch that is under way', async () => {
    four.vendors.chat.behave(tokens(1_000, { betweenTokensMs: 20 }));
    for (const name of ['sentiment', 'vision', 'embed'] as const) four.vendors[name].behave({ ...GOOD[name], delays: { beforeHeadersMs: 5_000 } });
    const query = `subscription ($input: MultimodalInput!) { multimodal(input: $input) { __typename ${CHAT} ${SENTIMENT} ${VISION} ${EMBED} } }`;
    let seen = 0;
    for await (const _ of four.gateway.socket().iterate({ query, variables: { input: { text: 'Hello', images: [{ base64: image }] } } })) if (++seen === 3) break;
    for (const name of ['chat', 'sentiment', 'vision', 'embed'] as const) await expect.poll(() => four.vendors[name].requests[0]?.aborted, { message: name }).toBe(true);
  });
});
