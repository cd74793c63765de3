import type { Detector } from '../detector.ts';
import { NameReader } from '../person/rules.ts';
import { tokensOf } from '../person/tokens.ts';
import type { Token } from '../person/tokens.ts';
import type { Span } from '../span.ts';

/**
 * Names of persons, English and German, by rules over word lists: known given names, family names beside them,
 * titles, introductions, greetings, sign-offs, fields, speakers. A name once found is found again wherever a
 * part of it stands alone.
 */
export const findPersons: Detector = (text) => {
  if (!/\p{L}{2}/u.test(text)) return [];
  const tokens = tokensOf(text);
  const spans = new NameReader(text, tokens).read();
  return spans.length === 0 ? spans : [...spans, ...repeats(tokens, spans)];
};

/** Parts of the found names that stand alone elsewhere: "Meyer" after "Anna Meyer". */
function repeats(tokens: readonly Token[], spans: readonly Span[]): Span[] {
  const parts = new Set<string>();
  const inside = new Set<Token>();
  let at = 0;
  for (const token of tokens) {
    while ((spans[at]?.end ?? Infinity) <= token.start) at += 1;
    if (token.start < (spans[at]?.start ?? Infinity)) continue;
    inside.add(token);
    if (token.capital && token.text.length > 2 && !token.ordinary) parts.add(token.text);
  }
  return tokens
    .filter((token) => parts.has(token.text) && !inside.has(token))
    .map((token): Span => ({ start: token.start, end: token.end, kind: 'PERSON' }));
}
