import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, failsWith, startFakeOpenAI, type FakeVendor } from '../faults/index.ts';
import { TestGateway } from '../harness/gateway.ts';

let first: FakeVendor;
let second: FakeVendor;
let gateway: TestGateway;

const ASK = /* GraphQL */ `
  {
    sentiment(input: { text: "The kettle leaks" }) {
      label
      score
      agreement
      opinions { provider label weight }
      meta { provider warnings attempts { provider outcome } }
    }
  }
`;

interface Asked {
  sentiment: {
    label: string;
    score: number;
    agreement: number;
    opinions: { provider: string; label: string; weight: number }[];
    meta: { provider: string; warnings: string[]; attempts: { provider: string; outcome: string }[] };
  };
}

/** What a vendor's chat model answers when it is asked for a sentiment. */
function opinion(label: string, score: number, confidence = 0.9) {
  return answers({ text: JSON.stringify({ label, score, confidence, emotions: [], language: 'en' }) });
}

beforeAll(async () => {
  [first, second] = await Promise.all([startFakeOpenAI(), startFakeOpenAI()]);
  const member = (provider: string, weight: number) => ({ provider, model: 'gpt-test', weight });
  gateway = await TestGateway.start({
    config: {
      providers: {
        first: { kind: 'openai', apiKey: 'test-key', baseUrl: first.url },
        second: { kind: 'openai', apiKey: 'test-key', baseUrl: second.url },
      },
      models: { feeling: { operation: 'sentiment', ensemble: { of: [member('first', 3), member('second', 1)], merge: 'weighted', lateMs: 1_500 } } },
    },
  });
});
beforeEach(() => {
  first.reset();
  second.reset();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([first.close(), second.close()]);
});

async function ask(): Promise<Asked['sentiment'] | undefined> {
  const { data, errors } = await gateway.query<Asked>(ASK);
  expect(errors).toBeUndefined();
  return data?.sentiment;
}

describe('a sentiment ensemble', () => {
  test('votes by weight, and tells each opinion and how far they agree', async () => {
    first.behave(opinion('NEGATIVE', -0.8));
    second.behave(opinion('POSITIVE', 0.6));
    const sentiment = await ask();
    expect(sentiment).toMatchObject({
      label: 'NEGATIVE',
      opinions: [
        { provider: 'first', label: 'NEGATIVE', weight: 3 },
        { provider: 'second', label: 'POSITIVE', weight: 1 },
      ],
    });
    expect(sentiment?.agreement).toBeLessThan(0.7);
    expect([...first.violations, ...second.violations]).toEqual([]);
  });

  test('is in the record of its call with what its members say together', async () => {
    const RECORD = '{ calls(first: 1) { nodes { outcome sentiment { label score confidence } } } }';
    first.behave(opinion('NEGATIVE', -0.8));
    second.behave(opinion('POSITIVE', 0.6));
    const { data } = await gateway.query<{ sentiment: object }>('{ sentiment(input: { text: "The kettle leaks" }) { label score confidence } }');
    expect(data?.sentiment).toMatchObject({ label: 'NEGATIVE' });
    expect((await gateway.query(RECORD)).data).toEqual({ calls: { nodes: [{ outcome: 'OK', sentiment: data?.sentiment }] } });
    for (const vendor of [first, second]) vendor.behave(failsWith(400));
    await gateway.query(ASK);
    expect((await gateway.query(RECORD)).data).toEqual({ calls: { nodes: [{ outcome: 'ERROR', sentiment: null }] } });
  });

  test('agrees wholly when its members do', async () => {
    first.behave(opinion('NEGATIVE', -0.8));
    second.behave(opinion('NEGATIVE', -0.8));
    expect((await ask())?.agreement).toBeCloseTo(1);
  });

  test('a member that fails becomes a warning', async () => {
    first.behave(failsWith(400));
    second.behave(opinion('POSITIVE', 0.6));
    const sentiment = await ask();
    expect(sentiment).toMatchObject({ label: 'POSITIVE', opinions: [{ provider: 'second' }], meta: { provider: 'second' } });
    expect(sentiment?.meta.warnings).toEqual([expect.stringContaining('first/gpt-test is left out')]);
  });

  test('a member that is late becomes a warning, and its request is ended', async () => {
    first.behave(opinion('NEGATIVE', -0.8));
    second.behave({ ...opinion('POSITIVE', 0.6), delays: { beforeHeadersMs: 10_000 } });
    const sentiment = await ask();
    expect(sentiment).toMatchObject({ label: 'NEGATIVE', opinions: [{ provider: 'first' }] });
    expect(sentiment?.meta.warnings).toEqual([expect.stringContaining('second/gpt-test is left out')]);
    await expect.poll(() => second.requests[0]?.aborted).toBe(true);
  });

  test('fails only when all its members do', async () => {
    first.behave(failsWith(400));
    second.behave(failsWith(400));
    const { data, errors } = await gateway.query(ASK);
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
  });
});
