import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, failsWith, neverAnswers, rateLimited, resetsBeforeHeaders, tokenPieces, tokens, withFaults, type PartialBehaviour } from '../index.ts';
import { REST_WAYS, Stage, WAYS, type Told, type Way } from './stage.ts';

/** Each fault at the first target, with a healthy second one behind it, over the whole gateway. */
const SIXTY = tokenPieces(60).join('');
const price = { input: 1, output: 2 };

let stage: Stage;
beforeAll(async () => {
  // A breaker that stays open would spare the next test its fault, and so would a budget of retries that is spent.
  const breaker = { failures: 20, share: 1, openMs: 1, maxOpenMs: 1 };
  stage = await Stage.open({ route: { breaker, retryShare: 5 }, firstTarget: { price }, secondTarget: { price } });
  // The vendors' SDKs are loaded with the first request, and what that takes is no fault of the target.
  for (const vendor of [stage.first, stage.second]) vendor.behave(tokens(60));
  for (const model of ['support', 'reverse', 'support', 'reverse']) await stage.ask('whole', { model });
});
beforeEach(() => {
  for (const vendor of [stage.first, stage.second]) {
    vendor.reset();
    vendor.behave(tokens(60));
  }
});
afterAll(() => stage[Symbol.asyncDispose]());

const outcomes = (told: Told): string[] => told.meta?.attempts.map(({ provider, outcome }) => `${provider} ${outcome}`) ?? [];

function expectComplete(told: Told, by: 'first' | 'second'): void {
  expect(told).toMatchObject({ code: null, text: SIXTY, finishReason: 'STOP' });
  expect(told.meta?.provider).toBe(by);
  expect(told.meta?.targetModel).toBe(by === 'first' ? 'one' : 'two');
  expect(told.meta?.usage.reported).toBe(true);
}

describe.each([...WAYS, ...REST_WAYS])('%s', (way: Way) => {
  test('429 with Retry-After 2, then fine: goes elsewhere, and leaves the target its pause', async () => {
    await using own = await Stage.open();
    own.second.behave(tokens(60));
    own.first.behave((_, attempt) => (attempt === 1 ? rateLimited(2) : tokens(60)));
    expectComplete(await own.ask(way), 'second');
    expectComplete(await own.ask(way), 'second');
    expect(own.first.requests).toHaveLength(1);
    await expect.poll(async () => (await own.ask(way)).meta?.provider, { timeout: 20_000, interval: 500 }).toBe('first');
  });

  test('429 for ever without the header: a few attempts, then the fallback', async () => {
    stage.first.behave(rateLimited());
    expectComplete(await stage.ask(way), 'second');
    expect(stage.first.requests.length).toBeGreaterThanOrEqual(1);
    expect(stage.first.requests.length).toBeLessThanOrEqual(4);
  });

  test('500 once: the same target answers on the second try', async () => {
    stage.first.behave((_, attempt) => (attempt === 1 ? failsWith(500) : tokens(60)));
    const told = await stage.ask(way);
    expectComplete(told, 'first');
    expect(outcomes(told)).toEqual(['first FAILED', 'first OK']);
    expect(stage.second.requests).toHaveLength(0);
  });

  test('503 for ever: the fallback answers, is named and paid; the lost attempts are not', async () => {
    stage.first.behave(failsWith(503));
    stage.second.behave(tokens(60, {}, { usage: { input: 1_000, output: 500 } }));
    const told = await stage.ask(way);
    expectComplete(told, 'second');
    expect(outcomes(told)).toEqual(['first FAILED', 'first FAILED', 'first FAILED', 'second OK']);
    expect(told.meta?.usage).toMatchObject({ input: 1_000, output: 500 });
    expect(told.meta?.cost.usd).toBeCloseTo(0.002, 9);
    expect(told.meta?.attempts.slice(0, 3).map(({ usage, reason }) => ({ usage, left: reason !== null }))).toEqual(Array.from({ length: 3 }, () => ({ usage: null, left: true })));
  });

  test('a connection that is reset before the headers', async () => {
    stage.first.behave(resetsBeforeHeaders);
    expectComplete(await stage.ask(way), 'second');
  });

  test('accepted and silent for ever: one attempt, then the fallback', async () => {
    stage.first.behave(neverAnswers);
    const told = await stage.ask(way);
    expectComplete(told, 'second');
    expect(outcomes(told)).toEqual(['first TIMED_OUT', 'second OK']);
    await expect.poll(() => stage.first.requests[0]?.aborted).toBe(true);
  });

  test('headers at once and the first token after 20 s: the fallback within the limit', async () => {
    stage.first.behave(tokens(60, { beforeFirstTokenMs: 20_000 }));
    const told = await stage.ask(way);
    expectComplete(told, 'second');
    expect(outcomes(told)).toEqual(['first TIMED_OUT', 'second OK']);
    expect(told.ms).toBeLessThan(15_000);
  });

  const BROKEN: readonly [string, PartialBehaviour][] = [
    ['cut after 40 of 60 tokens', withFaults(tokens(60), { kind: 'cut', afterTokens: 40 })],
    ['ended early after 40 of 60', withFaults(tokens(60), { kind: 'endEarly', afterTokens: 40 })],
    ['stalled after 20', withFaults(tokens(60), { kind: 'stall', afterTokens: 20 })],
    ['broken in the tenth event', withFaults(tokens(60), { kind: 'garble', token: 10 })],
    ['ended by an error event after 30', withFaults(tokens(60), { kind: 'errorEvent', afterTokens: 30 })],
  ];
  test.each(BROKEN)('a stream %s: the fallback brings it to its end, and nothing twice', async (_, behaviour) => {
    stage.first.behave(behaviour);
    const told = await stage.ask(way);
    expectComplete(told, 'second');
    const lost = told.meta?.attempts.filter(({ outcome }) => outcome !== 'OK') ?? [];
    expect(lost.length).toBeGreaterThanOrEqual(1);
    // What came whole, or not at all, was not seen to be begun.
    for (const attempt of way === 'streamed' ? lost : []) {
      expect(attempt.usage).toMatchObject({ reported: false });
      expect(attempt.usage?.output).toBeGreaterThan(0);
      expect(attempt.cost?.usd).toBeGreaterThan(0);
    }
  });

  test('complete but without a terminator: finished before it counts as silent, with usage', async () => {
    stage.first.behave(withFaults(tokens(60, {}, { usage: { input: 7, output: 60 } }), { kind: 'noTerminator' }, { kind: 'neverClose' }));
    const told = await stage.ask(way);
    expectComplete(told, 'first');
    expect(outcomes(told)).toEqual(['first OK']);
    expect(told.meta?.usage).toMatchObject({ input: 7, output: 60 });
  });

  test('a terminator without usage: the usage is an estimate, and says so', async () => {
    stage.first.behave(withFaults(tokens(60), { kind: 'noUsage' }));
    const told = await stage.ask(way);
    expect(told).toMatchObject({ code: null, text: SIXTY, meta: { provider: 'first', usage: { reported: false } } });
    expect(told.meta?.usage.output).toBeGreaterThan(0);
  });

  test('context too long: exactly one attempt, then the target with a window of its own', async () => {
    stage.first.behave(failsWith(400, { error: { code: 'context_length_exceeded', message: 'maximum context length exceeded' } }));
    const told = await stage.ask(way);
    expectComplete(told, 'second');
    expect(outcomes(told)).toEqual(['first FAILED', 'second OK']);
  });

  test('content refused: exactly one attempt, nobody else is asked, and the reason is passed on', async () => {
    stage.first.behave(failsWith(400, { error: { code: 'content_policy_violation', message: 'Not about that, please.' } }));
    const told = await stage.ask(way);
    expect(told.code).toBe('CONTENT_FILTERED');
    expect(told.message).toContain('Not about that, please.');
    expect(stage.first.requests).toHaveLength(1);
    expect(stage.second.requests).toHaveLength(0);
  });

  test('a key that is not accepted: one attempt, then the fallback, and the target is left alone at once', async () => {
    await using own = await Stage.open();
    own.second.behave(tokens(60));
    own.first.behave(failsWith(401));
    expectComplete(await own.ask(way), 'second');
    expectComplete(await own.ask(way), 'second');
    expect(own.first.requests).toHaveLength(1);
  });
});

describe.each(WAYS)('with the other vendor in front, %s', (way: Way) => {
  test.each<[string, PartialBehaviour, number]>([
    ['503', failsWith(503), 3],
    ['529', failsWith(529), 3],
    ['429', rateLimited(), 2],
    ['404', failsWith(404), 1],
    ['a reset', resetsBeforeHeaders, 3],
    ['silence', neverAnswers, 1],
    ['a late first token', tokens(60, { beforeFirstTokenMs: 20_000 }), 1],
    ['a cut', withFaults(tokens(60), { kind: 'cut', afterTokens: 40 }), 3],
    ['an early end', withFaults(tokens(60), { kind: 'endEarly', afterTokens: 40 }), 3],
    ['a stall', withFaults(tokens(60), { kind: 'stall', afterTokens: 20 }), 1],
    ['a broken event', withFaults(tokens(60), { kind: 'garble', token: 10 }), 3],
    ['an error event', withFaults(tokens(60), { kind: 'errorEvent', afterTokens: 30 }), 3],
  ])('%s: the fallback brings the answer to its end', async (_, behaviour, attempts) => {
    stage.second.behave(behaviour);
    stage.first.behave(tokens(60));
    const told = await stage.ask(way, { model: 'reverse' });
    expectComplete(told, 'first');
    expect(stage.second.requests).toHaveLength(attempts);
    expect(told.meta?.attempts).toHaveLength(attempts + 1);
  });

  test('complete but without a terminator', async () => {
    stage.second.behave(withFaults(tokens(60), { kind: 'noTerminator' }, { kind: 'neverClose' }));
    const told = await stage.ask(way, { model: 'reverse' });
    expectComplete(told, 'second');
    expect(outcomes(told)).toEqual(['second OK']);
  });
});

test('two answers that part end in an error where the client does not know ChatRestart', async () => {
  stage.first.behave(withFaults(tokens(60), { kind: 'cut', afterTokens: 40 }));
  stage.second.behave(answers('Something else altogether.'));
  const told = await stage.stream();
  expect(told).toMatchObject({ code: 'STREAM_INTERRUPTED' });
  expect(SIXTY.startsWith(told.text)).toBe(true);
});

test('two answers that part begin anew where the client knows ChatRestart', async () => {
  stage.first.behave(withFaults(tokens(60), { kind: 'cut', afterTokens: 40 }));
  stage.second.behave(answers('Something else altogether.'));
  const told = await stage.stream({}, { restart: true });
  expect(told.events.filter((type) => type === 'ChatRestart')).toHaveLength(1);
  expect(told).toMatchObject({ code: null, text: 'Something else altogether.', meta: { provider: 'second' } });
});

test('a whole answer may begin anew: nobody has seen the first one', async () => {
  stage.first.behave(withFaults(tokens(60), { kind: 'cut', afterTokens: 40 }));
  stage.second.behave(answers('Something else altogether.'));
  expect(await stage.ask('whole')).toMatchObject({ code: null, text: 'Something else altogether.' });
});
