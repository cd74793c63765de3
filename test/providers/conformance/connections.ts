import { describe, expect, test } from 'vitest';
import { UpstreamFailure } from '../../../src/canonical/failure.ts';
import { failsWith, neverAnswers, rateLimited, resetsBeforeHeaders, tokenPieces, tokens, withFaults, type PartialBehaviour } from '../../faults/index.ts';
import { collectGarbage } from '../support/garbage.ts';
import { ask, attempt, gather } from '../support/requests.ts';
import { MODES, QUESTION, type Vendor } from './vendor.ts';

/** Aborts, readers who leave, and what becomes of the connections. */
export function connectionConformance(vendor: Vendor): void {
  describe.each(MODES)('%s', (_name, stream) => {
    const answer = () => vendor.answer(stream);
    const failure = () => vendor.failure(stream);

    test('an abort before the answer ends the request at once', async () => {
      await vendor.start(neverAnswers);
      const stop = new AbortController();
      const reason = new UpstreamFailure('timeout', 'no first token');
      const asked = ask(vendor.provider, QUESTION, stream, stop.signal);
      await expect.poll(() => vendor.fake.requests.length).toBe(1);
      stop.abort(reason);
      await expect(asked).rejects.toBe(reason);
      await expect.poll(() => vendor.fake.requests[0]?.aborted).toBe(true);
      expect(vendor.fake.openRequests).toBe(0);
    });

    test('an abort in the middle ends the request at once', async () => {
      await vendor.start(withFaults(tokens(10), { kind: 'stall', afterTokens: 4 }));
      const stop = new AbortController();
      const reason = new UpstreamFailure('timeout', 'idle');
      const asked = ask(vendor.provider, QUESTION, stream, stop.signal);
      await expect.poll(() => vendor.fake.requests.length).toBe(1);
      setTimeout(() => stop.abort(reason), 50);
      await expect(asked).rejects.toBe(reason);
      await expect.poll(() => vendor.fake.requests[0]?.aborted).toBe(true);
    });

    test('an abort reaches the vendor however long ago the answer began', async () => {
      await vendor.start(withFaults(tokens(10), { kind: 'stall', afterTokens: 4 }));
      const stop = new AbortController();
      const asked = ask(vendor.provider, QUESTION, stream, stop.signal);
      asked.catch(() => undefined);
      await expect.poll(() => vendor.fake.requests.length).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      // What the SDKs hold only weakly is gone after this.
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 20));
      collectGarbage();
      stop.abort(new Error('late'));
      await expect(asked).rejects.toThrow('late');
      await expect.poll(() => vendor.fake.requests[0]?.aborted).toBe(true);
    });

    test('a signal that is aborted already asks nobody', async () => {
      await vendor.start();
      const reason = new Error('gone');
      await expect(ask(vendor.provider, QUESTION, stream, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(vendor.fake.requests).toHaveLength(0);
    });

    test('a reader who leaves ends the request, also while the vendor is silent', async () => {
      await vendor.start(stream ? withFaults(tokens(10), { kind: 'stall', afterTokens: 2 }) : neverAnswers);
      const batches = vendor.provider.operations.CHAT?.(QUESTION, { ...attempt(), stream })[Symbol.asyncIterator]();
      if (stream) for (let read = 0; read < 2; ) read += (await batches?.next())?.value?.length ?? 2;
      const waiting = batches?.next().catch((error: unknown) => error);
      await expect.poll(() => vendor.fake.requests.length).toBe(1);
      await batches?.return?.();
      await waiting;
      await expect.poll(() => vendor.fake.requests[0]?.aborted).toBe(true);
    });

    test('connections are used again', async () => {
      await vendor.start(tokens(20));
      for (let call = 0; call < 20; call++) await answer();
      expect(vendor.fake.openConnections).toBeLessThanOrEqual(2);
    });

    test('calls at once do not wait for each other', async () => {
      await vendor.start(tokens(5, { beforeFirstTokenMs: 100 }));
      const all = await Promise.all(Array.from({ length: 100 }, () => answer()));
      expect(all.every(({ text }) => text === tokenPieces(5).join(''))).toBe(true);
      expect(vendor.fake.requests.at(-1)?.receivedAt).toBeLessThan((vendor.fake.requests[0]?.receivedAt ?? 0) + 5_000);
    });

    test('closing ends what is under way', async () => {
      await vendor.start(neverAnswers);
      const asked = failure();
      await expect.poll(() => vendor.fake.requests.length).toBe(1);
      await vendor.provider.close();
      expect((await asked).kind).toBe('connection');
      await expect.poll(() => vendor.fake.openConnections).toBe(0);
    });
  });
  test('under load with faults of all kinds, every answer ends in one way and nothing stays open', async () => {
    const faults: readonly (() => PartialBehaviour)[] = [
      () => failsWith(500),
      () => rateLimited(1),
      () => resetsBeforeHeaders,
      () => neverAnswers,
      () => withFaults(tokens(10), { kind: 'cut', afterTokens: 5 }),
      () => withFaults(tokens(10), { kind: 'endEarly', afterTokens: 5 }),
      () => withFaults(tokens(10), { kind: 'stall', afterTokens: 5 }),
      () => withFaults(tokens(10), { kind: 'garble', token: 3 }),
      () => withFaults(tokens(10), { kind: 'errorEvent', afterTokens: 3 }),
      () => withFaults(tokens(10), { kind: 'noTerminator' }, { kind: 'neverClose' }),
    ];
    await vendor.start((_request, attempt) => (attempt % 3 === 0 ? (faults[(attempt / 3) % faults.length]?.() ?? {}) : tokens(10)));
    const call = async (index: number): Promise<string> => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(new UpstreamFailure('timeout', 'late')), 3_000);
      try {
        const answer = gather(await ask(vendor.provider, QUESTION, index % 2 === 0, stop.signal));
        return answer.finish === 'STOP' && answer.text === tokenPieces(10).join('') ? 'complete' : 'truncated';
      } catch (error) {
        return error instanceof UpstreamFailure ? 'failed' : String(error);
      } finally {
        clearTimeout(timer);
      }
    };
    const endings = await Promise.all(Array.from({ length: 300 }, (_, index) => call(index)));
    expect(new Set(endings)).toEqual(new Set(['complete', 'failed']));
    expect(endings.filter((ending) => ending === 'complete').length).toBeGreaterThanOrEqual(200);
    await expect.poll(() => vendor.fake.openRequests).toBe(0);
  });
}
