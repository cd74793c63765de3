import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, failsWith } from '../faults/index.ts';
import { BRANCH_NAMES, FourBranches, GOOD, picture, type BranchName } from '../harness/branches.ts';

let four: FourBranches;
let image: string;

beforeAll(async () => {
  four = await FourBranches.start({
    models: {
      'other-replies': { operation: 'chat', route: { retries: 0 }, targets: [{ provider: 'chat', model: 'gpt-other', price: { input: 1, output: 2 } }] },
      'free-feeling': { operation: 'sentiment', route: { retries: 0 }, targets: [{ provider: 'sentiment', model: 'gpt-of-unknown-price' }] },
    },
  });
  image = await picture();
});
beforeEach(() => four.reset());
afterEach(() => four.checkVendors());
afterAll(() => four[Symbol.asyncDispose]());

interface Sums {
  plan: { branch: string; model: string; after: string[]; calls: number }[];
  cost: { usd: number | null; known: boolean };
  usage: { input: number; output: number };
  durationMs: number;
  pending: string[];
}
interface Composite {
  chat: { text: string; meta: { warnings: string[] } } | null;
  sentiment: { label: string; score: number } | null;
  vision: { text: string; document: unknown; meta: { id: string } }[] | null;
  embed: { dimensions: number } | null;
  meta: Sums;
  [alias: string]: unknown;
}

/** Asks for a composite of a text and a picture. */
function ask(selection: string, options: { variables?: Record<string, unknown>; declare?: string; fragments?: string; input?: Record<string, unknown> } = {}) {
  const { variables = {}, declare = '', fragments = '', input = { text: 'My coffee was cold.', images: [{ base64: image }] } } = options;
  const query = `query Ask($input: MultimodalInput!${declare}) { multimodal(input: $input) { ${selection} } } ${fragments}`;
  return four.gateway.query<{ multimodal: Composite }>(query, { input, ...variables });
}

/** What the vendor was told, as text. */
function told(name: BranchName): string {
  return JSON.stringify(four.vendors[name].requests.map((request) => request.body));
}

const SELECT: Record<BranchName, string> = { chat: 'chat { text }', sentiment: 'sentiment { label }', vision: 'vision { text }', embed: 'embed { dimensions }' };
const ALL = Object.values(SELECT).join(' ');
const META = 'meta { plan { branch model after calls } cost { usd known } usage { input output } durationMs pending }';
const NONE = { chat: 0, sentiment: 0, vision: 0, embed: 0 };

describe('what is selected is what is called', () => {
  test('all four branches arrive in one answer', async () => {
    const { data, errors } = await ask('chat { text } sentiment { label score } vision { text document { merchant total } } embed { dimensions }');
    expect(errors).toBeUndefined();
    expect(data?.multimodal).toEqual({
      chat: { text: 'We are sorry.' },
      sentiment: { label: 'NEGATIVE', score: -0.7 },
      vision: [{ text: 'TOTAL 12.40', document: { merchant: 'Blue Kettle', total: 12.4 } }],
      embed: { dimensions: 8 },
    });
    expect(four.asked).toEqual({ chat: 1, sentiment: 1, vision: 1, embed: 1 });
  });

  test.each(BRANCH_NAMES)('%s alone calls no other', async (name) => {
    const { errors } = await ask(SELECT[name]);
    expect(errors).toBeUndefined();
    expect(four.asked).toEqual({ ...NONE, [name]: 1 });
  });

  test('meta alone calls nothing, and costs nothing', async () => {
    const { data } = await ask(META);
    expect(data?.multimodal.meta).toMatchObject({ plan: [], cost: { usd: 0, known: true }, usage: { input: 0, output: 0 } });
    expect(four.asked).toEqual(NONE);
  });

  test.each([
    ['included', { want: true, not: false }, { ...NONE, chat: 1, vision: 1 }],
    ['excluded', { want: false, not: true }, NONE],
  ])('@include and @skip with variables: %s', async (_, variables, asked) => {
    const { errors, data } = await ask(`chat @include(if: $want) { text } ... @skip(if: $not) { vision { text } } ${META}`, { variables, declare: ', $want: Boolean!, $not: Boolean!' });
    expect(errors).toBeUndefined();
    expect(four.asked).toEqual(asked);
    expect(data?.multimodal.meta.plan).toHaveLength(asked.chat + asked.vision);
  });

  test('named and inline fragments, nested, count like fields', async () => {
    const fragments = 'fragment Outer on MultimodalResult { ...Inner ... on MultimodalResult { embed { dimensions } } } fragment Inner on MultimodalResult { sentiment { label } }';
    const { data } = await ask(`...Outer ${META}`, { fragments });
    expect(four.asked).toEqual({ ...NONE, sentiment: 1, embed: 1 });
    expect(data?.multimodal.meta.plan.map((step) => step.branch)).toEqual(['SENTIMENT', 'EMBED']);
  });

  test('two aliases with the same arguments are one call; with other arguments two', async () => {
    const { data } = await ask('a: chat(system: "Be brief") { text } b: chat(system: "Be brief") { text } c: chat(system: "Be kind") { text } d: chat(model: "other-replies", system: "Be kind") { text }');
    expect(four.asked).toEqual({ ...NONE, chat: 3 });
    expect(Object.keys(data?.multimodal ?? {})).toEqual(['a', 'b', 'c', 'd']);
  });

  test('an argument by variable and the same one by literal are one call', async () => {
    await ask('a: chat(maxTokens: 20) { text } b: chat(maxTokens: $most) { text }', { declare: ', $most: Int', variables: { most: 20 } });
    expect(four.asked).toEqual({ ...NONE, chat: 1 });
  });
});

describe('branches run at once', () => {
  test('all four are under way before any is answered', async () => {
    // No vendor answers before all four have been asked: run one after the other they would wait for ever.
    const allAsked = Promise.withResolvers<void>();
    for (const name of BRANCH_NAMES) {
      four.vendors[name].behave(async () => {
        if (Object.values(four.asked).every((count) => count === 1)) allAsked.resolve();
        await allAsked.promise;
        return GOOD[name];
      });
    }
    const { errors } = await ask(`${ALL} ${META}`);
    expect(errors).toBeUndefined();
  });

  test('several pictures are read at once, in the order given', async () => {
    const images = await Promise.all([10, 100, 250].map(async (red) => ({ base64: await picture(red) })));
    const all = Promise.withResolvers<void>();
    four.vendors.vision.behave(async (_, attempt) => {
      if (attempt === 3) all.resolve();
      await all.promise;
      return GOOD.vision;
    });
    const { data, errors } = await ask(`vision { meta { id } } ${META}`, { input: { images } });
    expect(errors).toBeUndefined();
    expect(new Set(data?.multimodal.vision?.map((one) => one.meta.id)).size).toBe(3);
    expect(data?.multimodal.meta.plan).toEqual([{ branch: 'VISION', model: 'eyes', after: [], calls: 3 }]);
  });
});

describe('a branch that fails', () => {
  test.each(BRANCH_NAMES)('%s is null, with a coded error at its path, and the others arrive', async (name) => {
    four.vendors[name].behave(failsWith(503));
    const { data, errors } = await ask(`${ALL} ${META}`);
    expect(errors).toHaveLength(1);
    const path = name === 'vision' ? ['multimodal', 'vision', 0] : ['multimodal', name];
    expect(errors?.[0]).toMatchObject({ path, extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect(BRANCH_NAMES.filter((branch) => data?.multimodal[branch] === null)).toEqual([name]);
    expect(data?.multimodal.meta.pending).toEqual([]);
  });

  test('a branch that asks for a part that is not there fails alone', async () => {
    const { data, errors } = await ask(`${ALL} ${META}`, { input: { text: 'Hello' } });
    expect(errors).toMatchObject([{ path: ['multimodal', 'vision'], extensions: { code: 'BAD_USER_INPUT', field: 'input.images' } }]);
    expect(data?.multimodal).toMatchObject({ vision: null, chat: { text: 'We are sorry.' } });
    expect(four.asked).toEqual({ chat: 1, sentiment: 1, vision: 0, embed: 1 });
  });

  test('a picture that is none fails vision alone', async () => {
    const { data, errors } = await ask(ALL, { input: { text: 'Hello', images: [{ base64: 'bm8gcGljdHVyZQ==' }] } });
    expect(errors).toMatchObject([{ path: ['multimodal', 'vision', 0], extensions: { code: 'MEDIA_UNSUPPORTED', field: 'input.images[0].base64' } }]);
    expect(data?.multimodal).toMatchObject({ vision: null, sentiment: { label: 'NEGATIVE' } });
  });

  test('a model that does not exist fails its branch, and names the nearest', async () => {
    const { data, errors } = await ask('chat(model: "replys") { text } sentiment { label }');
    expect(errors).toMatchObject([{ path: ['multimodal', 'chat'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors?.[0]?.message).toContain('"replies"');
    expect(data?.multimodal).toEqual({ chat: null, sentiment: { label: 'NEGATIVE' } });
  });
});

describe('a reply that is built on other branches', () => {
  test('waits for them and is told what they found; the rest stays parallel', async () => {
    const answered: string[] = [];
    for (const name of ['vision', 'sentiment'] as const) {
      four.vendors[name].behave(async () => {
        await sleep(80);
        answered.push(name);
        return GOOD[name];
      });
    }
    let before: string[] = [];
    let beforeEmbed: string[] = [];
    four.vendors.chat.behave(() => {
      before = [...answered];
      return GOOD.chat;
    });
    four.vendors.embed.behave(() => {
      beforeEmbed = [...answered];
      return GOOD.embed;
    });
    const { data, errors } = await ask(`chat(groundedOn: [VISION, SENTIMENT]) { text } sentiment { label } vision { text } embed { dimensions } ${META}`);
    expect(errors).toBeUndefined();
    expect(before.toSorted()).toEqual(['sentiment', 'vision']);
    expect(beforeEmbed).toEqual([]);
    expect(told('chat')).toContain('Blue Kettle');
    expect(told('chat')).toContain('TOTAL 12.40');
    expect(told('chat')).toContain('feels negative');
    expect(four.asked).toEqual({ chat: 1, sentiment: 1, vision: 1, embed: 1 });
    expect(data?.multimodal.meta.plan).toContainEqual({ branch: 'CHAT', model: 'replies', after: ['SENTIMENT', 'VISION'], calls: 1 });
  });

  test('runs a branch that is not selected, and counts it', async () => {
    const { data, errors } = await ask(`chat(groundedOn: [VISION]) { text } ${META}`);
    expect(errors).toBeUndefined();
    expect(four.asked).toEqual({ ...NONE, chat: 1, vision: 1 });
    expect(data?.multimodal.meta).toMatchObject({
      plan: [{ branch: 'VISION', after: [] }, { branch: 'CHAT', after: ['VISION'] }],
      usage: { input: 500, output: 50 },
    });
  });

  test('still comes when what it was to be built on failed, and says so', async () => {
    four.vendors.vision.behave(failsWith(503));
    const { data, errors } = await ask('chat(groundedOn: [VISION]) { text meta { warnings } }');
    expect(errors).toBeUndefined();
    expect(data?.multimodal.chat).toMatchObject({ text: 'We are sorry.', meta: { warnings: [expect.stringContaining('VISION')] } });
    expect(told('chat')).not.toContain('Blue Kettle');
  });

  test('cannot be built on itself', async () => {
    const { data, errors } = await ask('chat(groundedOn: [CHAT]) { text } sentiment { label }');
    expect(errors).toMatchObject([{ path: ['multimodal', 'chat'], extensions: { code: 'BAD_USER_INPUT', field: 'chat.groundedOn' } }]);
    expect(data?.multimodal.sentiment).toEqual({ label: 'NEGATIVE' });
    expect(four.asked).toEqual({ ...NONE, sentiment: 1 });
  });
});

describe('meta', () => {
  test('sums tokens and cost of all calls, and is over when they are', async () => {
    for (const name of BRANCH_NAMES) four.vendors[name].behave({ ...GOOD[name], delays: { beforeHeadersMs: 50 } });
    const { data } = await ask(`${META} ${ALL}`);
    const meta = data?.multimodal.meta;
    expect(meta?.usage).toEqual({ input: 1_500, output: 70 });
    expect(meta?.cost.known).toBe(true);
    expect(meta?.cost.usd).toBeCloseTo((1_500 + 2 * 70) / 1e6, 12);
    expect(meta?.durationMs).toBeGreaterThanOrEqual(50);
    expect(meta?.plan).toEqual([
      { branch: 'CHAT', model: 'replies', after: [], calls: 1 },
      { branch: 'SENTIMENT', model: 'feeling', after: [], calls: 1 },
      { branch: 'VISION', model: 'eyes', after: [], calls: 1 },
      { branch: 'EMBED', model: 'vectors', after: [], calls: 1 },
    ]);
  });

  test('does not claim to know a cost of which a part has no price', async () => {
    const { data } = await ask(`chat { text } sentiment(model: "free-feeling") { label } ${META}`);
    expect(data?.multimodal.meta.cost).toEqual({ usd: null, known: false });
  });
});

describe('embeddings', () => {
  test('of a composite join those beside it in one call', async () => {
    interface Shared {
      embed: { meta: { id: string; cost: { usd: number }; usage: { input: number } } };
      meta: { cost: { usd: number }; usage: { input: number } };
    }
    const { data, errors } = await four.gateway.query<{ a: { meta: { id: string } }; b: Shared; c: Shared }>(
      `{
        a: embed(input: { texts: ["one"] }) { meta { id } }
        b: multimodal(input: { text: "two" }) { embed { meta { id cost { usd } usage { input } } } meta { cost { usd } usage { input } } }
        c: multimodal(input: { text: "three" }) { embed { meta { id } } meta { cost { usd } usage { input } } }
      }`,
    );
    expect(errors).toBeUndefined();
    expect(four.asked).toEqual({ ...NONE, embed: 1 });
    expect(four.vendors.embed.requests[0]?.body['input']).toEqual(expect.arrayContaining(['one', 'two', 'three']));
    expect(new Set([data?.a.meta.id, data?.b.embed.meta.id, data?.c.embed.meta.id]).size).toBe(1);
    // What all composites of a request cost together is what its calls cost.
    const { cost, usage } = data?.b.embed.meta ?? { cost: { usd: 0 }, usage: { input: 0 } };
    expect(cost.usd).toBeGreaterThan(0);
    expect((data?.b.meta.cost.usd ?? 0) + (data?.c.meta.cost.usd ?? 0)).toBe(cost.usd);
    expect((data?.b.meta.usage.input ?? 0) + (data?.c.meta.usage.input ?? 0)).toBe(usage.input);
  });

  const input = (...texts: string[]) => JSON.stringify(texts);

  test('several fields of one operation, and all their items, are one call to the vendor', async () => {
    const { data, errors } = await four.gateway.query<Record<string, { embeddings: { index: number; vector: number[] }[]; meta: { id: string } }>>(
      `{ a: embed(input: { texts: ${input('one', 'two')} }) { embeddings { index vector } meta { id } } b: embed(input: { texts: ${input('three', 'one')} }) { embeddings { index vector } meta { id } } }`,
    );
    expect(errors).toBeUndefined();
    expect(four.asked).toEqual({ ...NONE, embed: 1 });
    expect(four.vendors.embed.requests[0]?.body['input']).toEqual(['one', 'two', 'three']);
    expect(data?.['a']?.embeddings[0]?.vector).toEqual(data?.['b']?.embeddings[1]?.vector);
    expect(data?.['a']?.meta.id).toBe(data?.['b']?.meta.id);
    expect(Math.hypot(...(data?.['a']?.embeddings[0]?.vector ?? []))).toBeCloseTo(1, 5);
  });

  test('more texts than the vendor takes at once go in several requests, in order', async () => {
    const texts = Array.from({ length: 5_000 }, (_, index) => `text ${index}`);
    const ask = (texts: string[]) => four.gateway.query<{ embed: { embeddings: { vector: number[] }[] } }>('query ($texts: [String!]!) { embed(input: { texts: $texts }) { embeddings { vector } } }', { texts });
    const { data, errors } = await ask(texts);
    expect(errors).toBeUndefined();
    expect(data?.embed.embeddings).toHaveLength(5_000);
    expect(four.vendors.embed.requests.map((request) => (Array.isArray(request.body['input']) ? request.body['input'].length : 0)).toSorted((a, b) => b - a)).toEqual([2_048, 2_048, 904]);
    const { data: alone } = await ask(['text 4321']);
    expect(data?.embed.embeddings[4_321]).toEqual(alone?.embed.embeddings[0]);
  });

  test('a failed call is a coded error of its field', async () => {
    four.vendors.embed.behave(failsWith(503));
    const { errors } = await four.gateway.query('{ a: embed(input: { texts: ["x"] }) { dimensions } }');
    expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});

test('two composites of one operation do not mix', async () => {
  four.vendors.sentiment.behave((request) => (JSON.stringify(request.body).includes('lovely') ? answers({ text: JSON.stringify({ label: 'POSITIVE', score: 0.9, confidence: 1, emotions: [], language: 'en' }) }) : GOOD.sentiment));
  const { data } = await four.gateway.query('{ a: multimodal(input: { text: "lovely" }) { sentiment { label } meta { usage { input } } } b: multimodal(input: { text: "cold" }) { sentiment { label } meta { usage { input } } } }');
  expect(data).toMatchObject({ a: { sentiment: { label: 'POSITIVE' }, meta: { usage: { input: 12 } } }, b: { sentiment: { label: 'NEGATIVE' }, meta: { usage: { input: 200 } } } });
});
