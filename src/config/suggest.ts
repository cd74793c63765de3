import { distance } from 'fastest-levenshtein';

/** The known word that was probably meant: case aside, at most a third of its letters are wrong. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const letters = distance(lower, candidate.toLowerCase());
    if (letters < least && letters <= Math.max(1, Math.floor(Math.max(candidate.length, word.length) / 3))) {
      best = candidate;
      least = letters;
    }
  }
  return best;
}

/** `a`, `a or b`, `a, b or c`. */
export function listOf(words: readonly string[], conjunction = 'or'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1) ?? ''}`;
}
