import { afterEach, describe, expect, test } from 'vitest';
import { answers, failsWith, neverAnswers, rateLimited, tokens } from '../../faults/index.ts';
import { Stage, WAYS, type StageOptions } from '../../faults/routes/stage.ts';

let stage: Stage;
const open = async (options: StageOptions): Promise<void> => {
  stage = await Stage.open({ ...options, route: { firstTokenMs: 5_000, ...options.route } });
};
afterEach(() => stage[Symbol.asyncDispose]());

describe('a target that limits the rate, with nobody else to ask', () => {
  test('is asked again after the pause that it asks for', async () => {
    await open({ alone: true });
    stage.first.behave((_, attempt) => (attempt === 1 ? rateLimited(1) : answers('At last.')));
    const told = await stage.ask('whole');
    expect(told).toMatchObject({ code: null, text: 'At last.' });
    expect(told.ms).toBeGreaterThan(900);
    expect(stage.first.requests).toHaveLength(2);
  });

  test('is not waited for beyond the deadline, and the caller is told when to come back', async () => {
    await open({ alone: true, route: { totalMs: 5_000 } });
    stage.first.behave(rateLimited(30));
    const told = await stage.ask('whole');
    expect(told).toMatchObject({ code: 'RATE_LIMITED' });
    expect(told.retryAfterMs).toBeGreaterThan(25_000);
    expect(stage.first.requests).toHaveLength(1);
  });

  test('and names no time: at most 4 attempts in the first 3 s and 6 in all', async () => {
    await open({ alone: true, route: { retries: 5, totalMs: 6_000 } });
    stage.first.behave(rateLimited());
    expect(await stage.ask('whole')).toMatchObject({ code: 'RATE_LIMITED' });
    const [first] = stage.first.requests;
    const early = stage.first.requests.filter(({ receivedAt }) => receivedAt < (first?.receivedAt ?? 0) + 3_000);
    expect(early.length).toBeLessThanOrEqual(4);
    expect(stage.first.requests.length).toBeLessThanOrEqual(6);
  });
});

test('retries cannot multiply the load of a target that is down', async () => {
  await open({ alone: true, route: { retries: 5, retryShare: 0.1, breaker: { failures: 20, share: 1, openMs: 1, maxOpenMs: 1 } } });
  stage.first.behave(failsWith(500));
  const calls = 60;
  for (let call = 0; call < calls; call += 6) await Promise.all(Array.from({ length: 6 }, () => stage.ask('whole')));
  // Ten in reserve, and one in ten.
  expect(stage.first.requests.length).toBeLessThanOrEqual(calls + 10 + calls / 10);
});

describe('several keys', () => {
  const apiKeys = ['test-key', 'another-key'];

  test.each([401, 403, 429])('the next one takes over after %i, and stays', async (status) => {
    await open({ apiKeys, alone: true });
    stage.first.behave(({ headers }) => (headers.authorization === 'Bearer test-key' ? failsWith(status) : answers('By the other.')));
    expect(await stage.ask('whole')).toMatchObject({ code: null, text: 'By the other.' });
    expect(await stage.ask('whole')).toMatchObject({ code: null });
    expect(stage.first.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer test-key', 'Bearer another-key', 'Bearer another-key']);
  });

  test('none that is accepted: each is tried once, and the target is left alone', async () => {
    await open({ apiKeys });
    stage.first.behave(failsWith(401));
    stage.second.behave(tokens(3));
    expect((await stage.ask('whole')).meta?.provider).toBe('second');
    expect((await stage.ask('whole')).meta?.provider).toBe('second');
    expect(stage.first.requests).toHaveLength(2);
  });
});

describe("the caller's deadline", () => {
  test.each([
    ['as a header', {}, { headers: { 'x-kanon-deadline-ms': '300' } }],
    ['as an argument', { deadlineMs: 300 }, {}],
  ])('%s ends the call and the request to the vendor', async (_, input, init) => {
    await open({});
    stage.first.behave(neverAnswers);
    const told = await stage.ask('whole', input, init);
    expect(told).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(told.ms).toBeLessThan(4_000);
    await expect.poll(() => stage.first.requests[0]?.aborted).toBe(true);
    expect(stage.second.requests).toHaveLength(0);
  });

  test('that is none is refused', async () => {
    await open({});
    expect(await stage.ask('whole', { deadlineMs: 0 })).toMatchObject({ code: 'BAD_USER_INPUT' });
    const response = await stage.gateway.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', 'x-kanon-deadline-ms': 'soon' }, body: '{"query":"{__typename}"}' });
    expect(response.status).toBe(400);
  });
});

describe('a request that is too long', () => {
  const long = { messages: [{ role: 'USER', content: [{ text: 'a long story '.repeat(400) }] }] };

  test('goes to a target whose window is known to be larger, without asking the other', async () => {
    await open({ firstTarget: { contextWindow: 100 }, secondTarget: { contextWindow: 100_000 } });
    stage.second.behave(answers('Read.'));
    expect(await stage.ask('whole', long)).toMatchObject({ text: 'Read.', meta: { provider: 'second' } });
    expect(stage.first.requests).toHaveLength(0);
  });

  test('is refused where no window is large enough', async () => {
    await open({ firstTarget: { contextWindow: 100 }, secondTarget: { contextWindow: 200 } });
    expect(await stage.ask('whole', long)).toMatchObject({ code: 'CONTEXT_LENGTH_EXCEEDED' });
    expect(stage.first.requests.length + stage.second.requests.length).toBe(0);
  });

  test('by the word of the vendor never goes to a smaller window', async () => {
    await open({ firstTarget: { contextWindow: 50_000 }, secondTarget: { contextWindow: 20_000 } });
    stage.first.behave(failsWith(400, { error: { code: 'context_length_exceeded' } }));
    expect(await stage.ask('whole')).toMatchObject({ code: 'CONTEXT_LENGTH_EXCEEDED' });
    expect(stage.first.requests).toHaveLength(1);
    expect(stage.second.requests).toHaveLength(0);
  });
});

test.each(WAYS)('refused content goes to the target that is named for it and to no other: %s', async (way) => {
  await open({ secondTarget: { onRefusal: true } });
  stage.second.behave(answers('I can say that.'));
  stage.first.behave(failsWith(500));
  expect(await stage.ask(way)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(stage.second.requests).toHaveLength(0);
  stage.first.reset();
  stage.first.behave(failsWith(400, { error: { code: 'content_policy_violation', message: 'No.' } }));
  expect(await stage.ask(way)).toMatchObject({ code: null, text: 'I can say that.', meta: { attempts: [{ outcome: 'FAILED' }, { outcome: 'OK' }] } });
});
