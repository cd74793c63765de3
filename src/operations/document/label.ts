import { distance } from 'fastest-levenshtein';

/** Digits that stand for letters in a word that was misread. */
const LETTER_OF: Record<string, string> = { '0': 'O', '1': 'I', '5': 'S', '8': 'B' };

/**
 * The words of a row, for finding what it says although it was misread: capitals, without accents, and equal up to
 * one letter from five letters on and two from nine on.
 */
export class Label {
  readonly words: readonly string[];

  constructor(text: string) {
    this.words = text
      .replaceAll('ß', 'ss')
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toUpperCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '')
      .map((word) => (/\p{L}/u.test(word) ? word.replace(/[0158]/g, (digit) => LETTER_OF[digit] ?? digit) : word));
  }

  /** Number of letters in all words. */
  get letters(): number {
    return this.words.reduce((sum, word) => sum + (word.match(/\p{L}/gu)?.length ?? 0), 0);
  }

  /**
   * Whether it has one of the phrases. A phrase is one or more words in capitals without accents, which must follow
   * one another; a word behind `=` must be there to the letter.
   */
  has(...phrases: readonly string[]): boolean {
    return this.find(phrases) >= 0;
  }

  /** Place of the first word that begins one of the phrases, or -1. */
  find(phrases: readonly string[]): number {
    const wanted = phrases.map((phrase) => phrase.split(' '));
    return this.words.findIndex((_, start) =>
      wanted.some((phrase) => phrase.every((word, index) => isLike(this.words[start + index], word))),
    );
  }
}

function isLike(word: string | undefined, wanted: string): boolean {
  if (word === undefined) return false;
  if (wanted.startsWith('=')) return word === wanted.slice(1);
  if (word === wanted) return true;
  const tolerance = wanted.length >= 9 ? 2 : wanted.length >= 5 ? 1 : 0;
  if (tolerance === 0 || Math.abs(word.length - wanted.length) > tolerance) return false;
  return distance(word, wanted) <= tolerance;
}
