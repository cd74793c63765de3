import { array, assert, constantFrom, float, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SentimentReading } from '../../../src/canonical/results.ts';
import { NO_USAGE } from '../../../src/canonical/usage.ts';
import { mergeSentiment } from '../../../src/operations/merge/sentiment.ts';

function reading(part: Partial<SentimentReading>): SentimentReading {
  return { label: 'NEUTRAL', score: 0, confidence: 1, emotions: [], language: null, usage: NO_USAGE, warnings: [], ...part };
}

const happy = reading({ label: 'POSITIVE', score: 0.8, confidence: 0.9 });
const angry = reading({ label: 'NEGATIVE', score: -0.8, confidence: 0.6 });

/** Where a reader expects the score of a label. */
const SIDES = { POSITIVE: [0.01, 1], NEGATIVE: [-1, -0.01], NEUTRAL: [-0.5, 0.5], MIXED: [-0.75, 0.75] } as const;

describe('merged sentiment', () => {
  it('is one member alone as it is, in full agreement', () => {
    expect(mergeSentiment([{ weight: 3, reading: happy }])).toMatchObject({
      label: 'POSITIVE',
      score: expect.closeTo(0.8),
      confidence: expect.closeTo(0.9),
      agreement: expect.closeTo(1),
    });
  });

  it('goes with the member that is surer', () => {
    const merged = mergeSentiment([{ weight: 1, reading: happy }, { weight: 1, reading: angry }]);
    expect(merged.label).toBe('POSITIVE');
    expect(merged.score).toBeCloseTo(0.16);
    expect(merged.confidence).toBeLessThan(0.9);
  });

  it('goes with the member that weighs more', () => {
    expect(mergeSentiment([{ weight: 1, reading: happy }, { weight: 2, reading: angry }]).label).toBe('NEGATIVE');
  });

  it('lets two outvote one', () => {
    const mild = reading({ label: 'NEGATIVE', score: -0.3, confidence: 0.5 });
    const members = [happy, mild, angry].map((reading) => ({ weight: 1, reading }));
    expect(mergeSentiment(members).label).toBe('NEGATIVE');
  });

  it('does not let the score contradict the label', () => {
    // Two mild voices outvote a loud one whose score would tip the mean.
    const mild = reading({ label: 'NEGATIVE', score: -0.2, confidence: 0.5 });
    const loud = reading({ label: 'POSITIVE', score: 1, confidence: 0.9 });
    const merged = mergeSentiment([{ weight: 2, reading: mild }, { weight: 1, reading: loud }]);
    expect(merged.label).toBe('NEGATIVE');
    expect(merged.score).toBeLessThan(0);
    expect(merged.agreement).toBeLessThan(0.6);
  });

  it('breaks a tie by the merged score, whatever the order', () => {
    const plain = reading({ label: 'NEUTRAL', score: 0, confidence: 0.5 });
    const glad = reading({ label: 'POSITIVE', score: 0.9, confidence: 0.5 });
    const members = [plain, glad].map((reading) => ({ weight: 1, reading }));
    expect(mergeSentiment(members).label).toBe(mergeSentiment(members.toReversed()).label);
  });

  it('agrees less the further the members are apart', () => {
    const agreement = (other: SentimentReading): number =>
      mergeSentiment([{ weight: 1, reading: happy }, { weight: 1, reading: other }]).agreement;
    const same = agreement(reading({ label: 'POSITIVE', score: 0.8 }));
    const near = agreement(reading({ label: 'POSITIVE', score: 0.3 }));
    const other = agreement(reading({ label: 'NEUTRAL', score: 0 }));
    const against = agreement(reading({ label: 'NEGATIVE', score: -1 }));
    expect(same).toBeCloseTo(1);
    expect([near, other, against]).toEqual([near, other, against].toSorted((a, b) => b - a));
    expect(near).toBeLessThan(same);
  });

  it('takes emotions only from those that can tell them, strongest first', () => {
    const a = reading({ emotions: [{ name: 'ANGER', score: 0.4 }, { name: 'FEAR', score: 0.2 }] });
    const b = reading({ emotions: [{ name: 'FEAR', score: 0.8 }] });
    const members = [a, b, reading({})].map((reading) => ({ weight: 1, reading }));
    expect(mergeSentiment(members).emotions).toEqual([
      { name: 'FEAR', score: 0.5 },
      { name: 'ANGER', score: 0.2 },
    ]);
  });

  it('takes the language that most say, and none when nobody does', () => {
    const say = (...languages: (string | null)[]): string | null =>
      mergeSentiment(languages.map((language) => ({ weight: 1, reading: reading({ language }) }))).language;
    expect(say('de', null, 'en', 'de')).toBe('de');
    expect(say(null, null)).toBeNull();
  });

  it('refuses to merge nothing', () => {
    expect(() => mergeSentiment([])).toThrow(RangeError);
  });

  it('stays within its ranges for any members', () => {
    const member = record({
      weight: float({ min: Math.fround(0.01), max: 10, noNaN: true }),
      reading: record({
        label: constantFrom('POSITIVE' as const, 'NEGATIVE' as const, 'NEUTRAL' as const, 'MIXED' as const),
        score: float({ min: -1, max: 1, noNaN: true }),
        confidence: float({ min: 0, max: 1, noNaN: true }),
      }).map(reading),
    });
    assert(
      property(array(member, { minLength: 1, maxLength: 5 }), (members) => {
        const merged = mergeSentiment(members);
        expect(members.map(({ reading }) => reading.label)).toContain(merged.label);
        const [least, most] = SIDES[merged.label];
        expect(merged.score).toBeGreaterThanOrEqual(least);
        expect(merged.score).toBeLessThanOrEqual(most);
        for (const part of [merged.agreement, merged.confidence, (merged.score + 1) / 2]) {
          expect(part).toBeGreaterThanOrEqual(-1e-6);
          expect(part).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
    );
  });
});
