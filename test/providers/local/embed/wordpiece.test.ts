import { assert, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordPiece } from '../../../../src/providers/local/embed/wordpiece.ts';

const words = ['the', 'cafe', 'un', '##aff', '##able', '!', 'a', '##a', '中', '$', '5'];
const tokeniser = new WordPiece(new Map(words.map((word, id) => [word, id])));
const inner = (text: string): number[] => tokeniser.encode(text, 256).ids.slice(1, -1);

describe('WordPiece', () => {
  it('takes the longest pieces of a word', () => {
    expect(inner('unaffable')).toEqual([2, 3, 4]);
  });

  it('ignores case, accents and control characters', () => {
    expect(inner('THE Caf\u00e9\u0000 cafe\u0301')).toEqual([0, 1, 1]);
  });

  it('splits at punctuation, currency signs and Chinese characters', () => {
    expect(inner('the!cafe $5 中中')).toEqual([0, 5, 1, 9, 10, 8, 8]);
  });

  it('gives one unknown token for a word that has no pieces or is too long', () => {
    expect(inner('xyz')).toEqual([100]);
    expect(inner('a'.repeat(101))).toEqual([100]);
    expect(inner('a'.repeat(100))).toHaveLength(100);
  });

  it('never gives more tokens than allowed, and says when it left some out', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), integer({ min: 2, max: 20 }), (text, most) => {
        const { ids, cut } = tokeniser.encode(text, most);
        expect(ids.length).toBeLessThanOrEqual(most);
        expect(ids.at(0)).toBe(101);
        expect(ids.at(-1)).toBe(102);
        expect(cut).toBe(tokeniser.count(text) > most - 2);
      }),
    );
  });
});
