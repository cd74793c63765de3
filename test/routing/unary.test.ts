import { afterEach, describe, expect, test } from 'vitest';
import { failsWith, neverAnswers, rateLimited, startFakeOpenAI, type FakeVendor } from '../faults/index.ts';
import { TestGateway } from '../harness/gateway.ts';

/** Answers that come whole are routed as those that come in pieces: here, vectors. */
let first: FakeVendor;
let second: FakeVendor;
let gateway: TestGateway;

async function open(route: Record<string, unknown> = {}): Promise<void> {
  [first, second] = await Promise.all([startFakeOpenAI(), startFakeOpenAI()]);
  gateway = await TestGateway.start({
    config: {
      providers: { first: { kind: 'openai', apiKey: 'test-key', baseUrl: first.url }, second: { kind: 'openai', apiKey: 'test-key', baseUrl: second.url } },
      models: { vectors: { operation: 'embed', route, targets: [{ provider: 'first', model: 'one' }, { provider: 'second', model: 'two' }] } },
    },
  });
}
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([first.close(), second.close()]);
});

interface Embedded {
  embed: { dimensions: number; meta: { provider: string; attempts: { provider: string; outcome: string }[] } };
}
const embed = () => gateway.query<Embedded>('{ embed(input: { texts: ["Hello"] }) { dimensions meta { provider attempts { provider outcome } } } }');
const attemptsOf = async (): Promise<string[] | undefined> => (await embed()).data?.embed.meta.attempts.map(({ provider, outcome }) => `${provider} ${outcome}`);

describe('vectors', () => {
  test('500 once: the same target answers on the second try', async () => {
    await open();
    first.behave((_, attempt) => (attempt === 1 ? failsWith(500) : {}));
    expect(await attemptsOf()).toEqual(['first FAILED', 'first OK']);
  });

  test('a target that fails for ever is left, and then left alone', async () => {
    await open({ breaker: { failures: 3 } });
    first.behave(failsWith(503));
    expect(await attemptsOf()).toEqual(['first FAILED', 'first FAILED', 'first FAILED', 'second OK']);
    expect(await attemptsOf()).toEqual(['second OK']);
  });

  test('a limited rate goes elsewhere', async () => {
    await open();
    first.behave(rateLimited(30));
    expect(await attemptsOf()).toEqual(['first FAILED', 'second OK']);
    expect(await attemptsOf()).toEqual(['second OK']);
  });

  test('a late first is hedged', async () => {
    await open({ hedge: { afterMs: 150 } });
    first.behave(neverAnswers);
    expect((await attemptsOf())?.toSorted()).toEqual(['first CANCELLED', 'second OK']);
    await expect.poll(() => first.openRequests).toBe(0);
  });

  test('the total bounds the call', async () => {
    await open({ totalMs: 300 });
    first.behave(neverAnswers);
    const { errors } = await embed();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});
