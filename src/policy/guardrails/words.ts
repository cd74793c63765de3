import { patternDetector } from '../masking/patterns.ts';
import { viewOf } from '../masking/view.ts';
import { WordIndex } from '../masking/words.ts';
import type { Finding, Found } from './guardrail.ts';

/** Space that is not one blank. */
const OTHER_SPACE = /\s\s|[^\S ]/;

/** Finds denied words and phrases: whole words, in any case, whatever space stands between them. */
export function findWords(words: readonly string[]): (text: string) => Finding | null {
  const index = new WordIndex({ ignoreCase: true });
  for (const word of words) index.add(flowing(word).text, 'WORD');
  return (text) => {
    const { text: seen, startOf, endOf } = flowing(text);
    return finding('a denied word', index.find(seen).map(({ start, end }) => ({ start: startOf(start), end: endOf(end) })));
  };
}

/** Finds what a pattern (RE2) matches. @throws MaskingError when it does not compile, or takes too long over a text */
export function findPattern(pattern: string): (text: string) => Finding | null {
  const detect = patternDetector('PATTERN', pattern);
  return (text) => {
    const view = viewOf(text);
    return finding('a denied pattern', detect(view.text).map(({ start, end }) => ({ start: view.startOf(start), end: view.endOf(end) })));
  };
}

/** A finding where there are finds. */
export function finding(reason: string, spans: readonly Found[]): Finding | null {
  return spans.length === 0 ? null : { reason, spans };
}

/** A text with look-alikes folded and one blank for each run of space, and where its places are in the original. */
function flowing(original: string): { text: string; startOf: (index: number) => number; endOf: (index: number) => number } {
  const view = viewOf(original);
  if (!OTHER_SPACE.test(view.text)) return { text: view.text, startOf: view.startOf, endOf: view.endOf };
  const units: string[] = [];
  const places: number[] = [];
  for (let at = 0; at < view.text.length; at += 1) {
    const unit = view.text.charAt(at);
    const blank = /\s/.test(unit);
    if (blank && units.at(-1) === ' ') continue;
    units.push(blank ? ' ' : unit);
    places.push(at);
  }
  return {
    text: units.join(''),
    startOf: (index) => view.startOf(places[index] ?? view.text.length),
    endOf: (index) => (index === 0 ? 0 : view.endOf((places[index - 1] ?? view.text.length - 1) + 1)),
  };
}
