import { expect, test } from 'vitest';
import { answers, tokenPieces, tokens, withFaults } from '../../faults/index.ts';
import { ask, chatRequest, gather, weatherTool } from '../support/requests.ts';
import { QUESTION, type Vendor } from './vendor.ts';

/** What only a stream can do wrong, or right. */
export function streamedConformance(vendor: Vendor): void {
  test('the first token comes before the second is written', async () => {
    await vendor.start(withFaults(tokens(3), { kind: 'stall', afterTokens: 1 }));
    const chunks = vendor.stream()[Symbol.asyncIterator]();
    expect((await chunks.next()).value).toEqual({ type: 'text', text: 'w1' });
    await chunks.return?.();
  });

  test('cut, or ended in good order, after any token: what came is passed on, and then an error', async () => {
    await vendor.start();
    for (const kind of ['cut', 'endEarly'] as const) {
      for (let afterTokens = 0; afterTokens <= 8; afterTokens++) {
        vendor.fake.behave(withFaults(tokens(8), { kind, afterTokens }));
        const seen: string[] = [];
        const read = async (): Promise<void> => {
          for await (const chunk of vendor.stream()) seen.push(chunk.type === 'text' ? chunk.text : chunk.type);
        };
        await expect(read()).rejects.toMatchObject({ kind: 'cut' });
        expect(seen).toEqual(tokenPieces(afterTokens));
      }
    }
  });

  test('a tool call that is cut in its arguments never finishes', async () => {
    await vendor.start();
    for (let afterTokens = 0; afterTokens < 4; afterTokens++) {
      vendor.fake.behave(withFaults(answers({ toolCalls: [{ name: 'weather', arguments: '{"city": "Bern", "days": 3, "hours": 2}' }] }), { kind: 'endEarly', afterTokens }));
      await expect(ask(vendor.provider, chatRequest({ tools: [weatherTool] }), true)).rejects.toMatchObject({ kind: 'cut' });
    }
  });

  test('the vendor\'s error in mid-stream', async () => {
    await vendor.start(withFaults(tokens(8), { kind: 'errorEvent', afterTokens: 3, error: vendor.subject.refusals.overloadedEvent }));
    await expect(ask(vendor.provider, QUESTION, true)).rejects.toMatchObject({ kind: 'server' });
  });

  test('complete without a terminator', async () => {
    await vendor.start(withFaults(tokens(4), { kind: 'noTerminator' }));
    expect(gather(await ask(vendor.provider, QUESTION, true))).toMatchObject({ text: tokenPieces(4).join(''), finish: 'STOP', usage: { output: 4 } });
  });

  test('complete, with the connection left open: done after a while, though nothing ends it', async () => {
    await vendor.start(withFaults(tokens(4), { kind: 'noTerminator' }, { kind: 'neverClose' }));
    expect(gather(await ask(vendor.provider, QUESTION, true))).toMatchObject({ finish: 'STOP', usage: { output: 4 } });
    await expect.poll(() => vendor.fake.openConnections).toBe(0);
  });

  test('a terminator on a connection that stays open ends the answer at once', async () => {
    await vendor.start(withFaults(tokens(4), { kind: 'neverClose' }));
    const times: number[] = [];
    for (let call = 0; call < 3; call++) {
      const started = performance.now();
      await ask(vendor.provider, QUESTION, true);
      times.push(performance.now() - started);
    }
    // Less than an answer without a terminator is waited for.
    expect(Math.min(...times)).toBeLessThan(700);
  });

  test('a reader who is slow holds the vendor back, and gets everything', async () => {
    const piece = 'x'.repeat(4_000);
    await vendor.start(answers({ text: Array.from({ length: 3_000 }, () => piece) }));
    let length = 0;
    let openAfterPause = 0;
    for await (const chunk of vendor.stream()) {
      if (chunk.type !== 'text') continue;
      if (length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        openAfterPause = vendor.fake.openRequests;
      }
      length += chunk.text.length;
    }
    // Of the 12 MB far from all had left while the reader paused.
    expect([openAfterPause, length]).toEqual([1, 12_000_000]);
  });
}
