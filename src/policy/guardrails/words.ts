import { patternDetector } from '../masking/patterns.ts';
import { WordIndex } from '../masking/words.ts';
import type { Finding, Found } from './guardrail.ts';

/** Finds denied words and phrases: whole words, in any case. */
export function findWords(words: readonly string[]): (text: string) => Finding | null {
  const index = new WordIndex({ ignoreCase: true });
  for (const word of words) index.add(word, 'WORD');
  return (text) => finding('a denied word', index.find(text));
}

/** Finds what a pattern (RE2) matches. @throws MaskingError when it does not compile, or takes too long over a text */
export function findPattern(pattern: string): (text: string) => Finding | null {
  const detect = patternDetector('PATTERN', pattern);
  return (text) => finding('a denied pattern', detect(text));
}

/** A finding where there are finds. */
export function finding(reason: string, spans: readonly Found[]): Finding | null {
  return spans.length === 0 ? null : { reason, spans };
}
