import { describe, expect, it } from 'vitest';
import { decodeLine, toAlphabet } from '../../../../../src/providers/local/vision/paddle/ctc.ts';

const alphabet = toAlphabet(['a', 'b', '1', '水', ' ']);
const [BLANK, A, B, ONE, WATER, SPACE] = [0, 1, 2, 3, 4, 5];

/** One row of scores a step: the named symbols with their probabilities. */
function scores(...steps: Record<number, number>[]): Float32Array {
  return Float32Array.from(steps.flatMap((step) => [0, 1, 2, 3, 4, 5].map((symbol) => step[symbol] ?? 0)));
}

function decode(...steps: Record<number, number>[]): { text: string; confidence: number } {
  return decodeLine(scores(...steps), 0, steps.length, 6, alphabet);
}

describe('decodeLine', () => {
  it('merges repeats, and keeps doubles that a blank parts', () => {
    expect(decode({ [A]: 1 }, { [A]: 1 }, { [B]: 1 }, { [BLANK]: 1 }, { [B]: 1 }).text).toBe('abb');
  });

  it('puts a blank back that the recogniser thought of but did not choose', () => {
    expect(decode({ [A]: 1 }, { [BLANK]: 0.9, [SPACE]: 0.1 }, { [B]: 1 }).text).toBe('a b');
    expect(decode({ [A]: 1 }, { [BLANK]: 0.99, [SPACE]: 0.005 }, { [B]: 1 }).text).toBe('ab');
  });

  it('has no blanks at the ends and none twice', () => {
    expect(decode({ [SPACE]: 1 }, { [A]: 1 }, { [SPACE]: 0.9 }, { [BLANK]: 0.9, [SPACE]: 0.1 }, { [B]: 1 }, { [SPACE]: 1 }).text).toBe('a b');
  });

  it('means the probability of its characters', () => {
    expect(decode({ [A]: 0.8 }, { [B]: 0.6 }).confidence).toBeCloseTo(0.7);
    expect(decode({ [BLANK]: 1 })).toEqual({ text: '', confidence: 0 });
  });

  it('reads no single ideograph among Latin letters, but a line of them', () => {
    expect(decode({ [A]: 1 }, { [B]: 1 }, { [WATER]: 0.6, [ONE]: 0.4 }, { [BLANK]: 1 }, { [A]: 1 }).text).toBe('ab1a');
    expect(decode({ [WATER]: 0.9, [ONE]: 0.1 }, { [BLANK]: 1 }, { [WATER]: 0.9, [A]: 0.1 }).text).toBe('水水');
  });
});
