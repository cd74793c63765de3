import { afterEach, describe, expect, test } from 'vitest';
import { answers, failsWith, neverAnswers, tokenPieces, tokens, withFaults } from '../../faults/index.ts';
import { Stage, WAYS, type StageOptions } from '../../faults/routes/stage.ts';

let stage: Stage;
const open = async (options: StageOptions): Promise<void> => {
  stage = await Stage.open({ ...options, route: { firstTokenMs: 5_000, ...options.route } });
  stage.first.behave(answers('From the first.'));
  stage.second.behave(answers('From the second.'));
};
afterEach(() => stage[Symbol.asyncDispose]());

/** The first vendor answers nobody until it is released. */
function held(onRequest: () => void = () => {}): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.first.behave(async () => {
    onRequest();
    await promise;
    return answers('Served.');
  });
  return resolve;
}

/** Calls that wait for the first vendor. */
async function queued(): Promise<number | undefined> {
  const { data } = await stage.gateway.query<{ models: { name: string; targets: { queued: number }[] }[] }>('{ models { name targets { queued } } }');
  return data?.models.find(({ name }) => name === 'support')?.targets[0]?.queued;
}

const providerOf = async (input: Record<string, unknown> = {}): Promise<string | undefined> => (await stage.ask('whole', input)).meta?.provider;

describe('weighted', () => {
  test('the same conversation stays at one target, and many are shared by weight', async () => {
    await open({ route: { strategy: 'weighted', sticky: 'metadata.conversation' }, firstTarget: { weight: 3 }, secondTarget: { weight: 1 } });
    const metadata = (id: number) => ({ metadata: { conversation: `c-${id}` } });
    const first = await Promise.all(Array.from({ length: 80 }, (_, id) => providerOf(metadata(id))));
    const again = await Promise.all(Array.from({ length: 80 }, (_, id) => providerOf(metadata(id))));
    expect(again).toEqual(first);
    const share = first.filter((provider) => provider === 'first').length / first.length;
    expect(share).toBeGreaterThan(0.55);
    expect(share).toBeLessThan(0.92);
  });

  test('a principal stays at one target, and goes to the other when that fails', async () => {
    await open({ route: { strategy: 'weighted', retries: 0 } });
    const chosen = await providerOf();
    for (let call = 0; call < 5; call++) expect(await providerOf()).toBe(chosen);
    stage[chosen === 'first' ? 'first' : 'second'].behave(failsWith(500));
    expect(await providerOf()).toBe(chosen === 'first' ? 'second' : 'first');
  });
});

test('cheapest asks where this request costs least', async () => {
  await open({ route: { strategy: 'cheapest' }, firstTarget: { price: { input: 1, output: 10 } }, secondTarget: { price: { input: 5, output: 1 } } });
  const question = (words: number, maxTokens: number) => ({ messages: [{ role: 'USER', content: [{ text: 'why '.repeat(words) }] }], maxTokens });
  expect(await providerOf(question(2_000, 10))).toBe('first');
  expect(await providerOf(question(10, 1_000))).toBe('second');
});

test('fastest goes over to the one that answers sooner', async () => {
  await open({ route: { strategy: 'fastest' } });
  stage.first.behave(answers('Slow.', { beforeFirstTokenMs: 600 }));
  // Each is asked once before there is anything to go by.
  await providerOf();
  await providerOf();
  await providerOf();
  const later = [await providerOf(), await providerOf(), await providerOf()];
  expect(later).toEqual(['second', 'second', 'second']);
});

test('leastBusy asks the one with less to do', async () => {
  await open({ route: { strategy: 'leastBusy' } });
  const release = held();
  const late = providerOf();
  await expect.poll(() => stage.first.requests.length).toBe(1);
  expect(await providerOf()).toBe('second');
  release();
  expect(await late).toBe('first');
});

describe.each(WAYS)('race, %s', (way) => {
  test('the first complete answer wins, and the other is cancelled and counted', async () => {
    await open({ route: { strategy: 'race' }, firstTarget: { price: { input: 1_000, output: 1_000 } } });
    // It is the first to begin, and would be the last to end.
    stage.first.behave(tokens(1_000, { betweenTokensMs: 20 }));
    stage.second.behave(answers('Done.', { beforeFirstTokenMs: 300 }));
    const told = await stage.ask(way);
    expect(told).toMatchObject({ code: null, text: 'Done.', meta: { provider: 'second' } });
    const lost = told.meta?.attempts.find(({ provider }) => provider === 'first');
    expect(lost).toMatchObject({ outcome: 'CANCELLED', usage: { reported: false } });
    expect(lost?.cost?.usd).toBeGreaterThan(0);
    await expect.poll(() => stage.first.openRequests).toBe(0);
  });

  test('one that fails does not keep the other from winning', async () => {
    await open({ route: { strategy: 'race', retries: 0 } });
    stage.first.behave(failsWith(503));
    expect(await stage.ask(way)).toMatchObject({ text: 'From the second.' });
  });
});

describe.each(WAYS)('hedge, %s', (way) => {
  const route = { hedge: { afterMs: 200 } };

  test('a second target is asked beside a late first, and wins', async () => {
    await open({ route });
    stage.first.behave(neverAnswers);
    const told = await stage.ask(way);
    expect(told).toMatchObject({ code: null, text: 'From the second.' });
    expect(told.meta?.attempts).toMatchObject([{ provider: 'first', outcome: 'CANCELLED' }, { provider: 'second', outcome: 'OK' }]);
    await expect.poll(() => stage.first.openRequests).toBe(0);
  });

  test('a first that is in time is asked alone', async () => {
    await open({ route: { hedge: { afterMs: 3_000 } } });
    expect(await stage.ask(way)).toMatchObject({ text: 'From the first.' });
    expect(stage.second.requests).toHaveLength(0);
  });

  test('the winner is rescued as any other', async () => {
    await open({ route: { ...route, retries: 0 } });
    stage.first.behave(tokens(30, { beforeFirstTokenMs: 1_000 }));
    stage.second.behave(withFaults(tokens(30), { kind: 'cut', afterTokens: 10 }));
    expect(await stage.ask(way)).toMatchObject({ code: null, text: tokenPieces(30).join(''), meta: { provider: 'first' } });
  });
});

test('a client that leaves a hedged or raced call ends all its requests', async () => {
  await open({ route: { strategy: 'race' } });
  stage.first.behave(neverAnswers);
  stage.second.behave(neverAnswers);
  const controller = new AbortController();
  const asked = stage.ask('whole', {}, { signal: controller.signal }).catch(() => 'left');
  await expect.poll(() => stage.first.requests.length + stage.second.requests.length).toBe(2);
  controller.abort();
  expect(await asked).toBe('left');
  await expect.poll(() => stage.first.openRequests + stage.second.openRequests).toBe(0);
});

describe('when', () => {
  test('a target takes only the requests that it is for', async () => {
    await open({ firstTarget: { when: { inputTokens: { min: 100 }, metadata: { tier: ['gold'] } } } });
    const long = { messages: [{ role: 'USER', content: [{ text: 'why '.repeat(300) }] }] };
    expect(await providerOf({ ...long, metadata: { tier: 'gold' } })).toBe('first');
    expect(await providerOf(long)).toBe('second');
    expect(await providerOf({ metadata: { tier: 'gold' } })).toBe('second');
  });

  test('languages are told apart', async () => {
    await open({ firstTarget: { when: { languages: ['de'] } } });
    const ask = (text: string) => providerOf({ messages: [{ role: 'USER', content: [{ text }] }] });
    expect(await ask('Wo bleibt mein Paket? Ich warte schon seit einer Woche darauf.')).toBe('first');
    expect(await ask('Where is my parcel? I have been waiting for a week.')).toBe('second');
  });

  test('a request that no target is for is refused', async () => {
    await open({ firstTarget: { when: { apps: ['shop'] } }, alone: true });
    expect(await stage.ask('whole')).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('limits', () => {
  test('a full queue is a refusal that says when to come back, and never more requests than allowed are under way', async () => {
    await open({ alone: true, firstTarget: { limits: { concurrency: 2, queue: 3 } } });
    let most = 0;
    const release = held(() => (most = Math.max(most, stage.first.openRequests)));
    let over = 0;
    const told = await Promise.all(
      Array.from({ length: 9 }, async () => {
        const one = await stage.ask('whole');
        // As many as are refused come back before any is served.
        if ((over += 1) === 4) release();
        return one;
      }),
    );
    expect(told.filter(({ code }) => code === null)).toHaveLength(5);
    const refused = told.filter(({ code }) => code === 'RATE_LIMITED');
    expect(refused).toHaveLength(4);
    for (const { retryAfterMs } of refused) expect(retryAfterMs).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2);
  });

  test('a full queue sends a call to the next target', async () => {
    await open({ firstTarget: { limits: { concurrency: 1, queue: 0 } } });
    const release = held();
    const told = [providerOf(), providerOf()];
    expect(await Promise.race(told)).toBe('second');
    release();
    expect((await Promise.all(told)).toSorted()).toEqual(['first', 'second']);
  });

  test('INTERACTIVE goes before BATCH', async () => {
    await open({ alone: true, firstTarget: { limits: { concurrency: 1, queue: 10 } } });
    const release = held();
    const order: string[] = [];
    const ask = async (name: string, priority: string): Promise<void> => {
      await stage.ask('whole', { priority });
      order.push(name);
    };
    const running = ask('running', 'INTERACTIVE');
    await expect.poll(() => stage.first.requests.length).toBe(1);
    const batch = [ask('batch', 'BATCH'), ask('batch', 'BATCH')];
    await expect.poll(queued).toBe(2);
    const interactive = ask('interactive', 'INTERACTIVE');
    await expect.poll(queued).toBe(3);
    release();
    await Promise.all([running, ...batch, interactive]);
    expect(order).toEqual(['running', 'interactive', 'batch', 'batch']);
  });
});

test('a hedged call asks nobody else what a vendor has refused', async () => {
  await open({ route: { hedge: { afterMs: 10_000 } } });
  stage.first.behave(failsWith(400, { error: { code: 'content_policy_violation' } }));
  expect(await stage.ask('whole')).toMatchObject({ code: 'CONTENT_FILTERED' });
  expect(stage.second.requests).toHaveLength(0);
});
