import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../../../src/providers/local/chat/sentences.ts';

describe('sentences', () => {
  it('end at marks and lines', () => {
    expect(splitSentences('One. Two! Three?\nFour\n\n---\n')).toEqual(['One.', 'Two!', 'Three?', 'Four']);
  });

  it('do not end at short forms', () => {
    expect(splitSentences('Mr. Smith paid ca. 3.50 euros. Dr. Maier did not.')).toEqual([
      'Mr. Smith paid ca. 3.50 euros.',
      'Dr. Maier did not.',
    ]);
    expect(splitSentences('Das gilt z.B. für Bücher. Sonst nicht.')).toHaveLength(2);
  });

  it('are shortened when they have no end', () => {
    const [sentence = ''] = splitSentences('word '.repeat(1_000));
    expect(sentence.length).toBeLessThan(410);
    expect(sentence.endsWith('word …')).toBe(true);
  });
});
