import type { MaskKind } from './kinds.ts';
import { matchPlaceholder } from './placeholder.ts';

/** A text that reads as a placeholder, wherever it came from. */
export interface Literal {
  readonly start: number;
  readonly end: number;
  readonly kind: MaskKind;
  readonly number: number;
}

/** Whether a text has a digit as one stands in a placeholder. */
export function hasDigit(text: string): boolean {
  return /[0-9\uff10-\uff19]/.test(text);
}

/** All that the unmasker would take for placeholders in a text. */
export function literalsIn(text: string, kinds: readonly MaskKind[], json: boolean): Literal[] {
  const found: Literal[] = [];
  if (!hasDigit(text)) return found;
  let end = 0;
  for (const { index } of text.matchAll(/[[\\\uff3b\u3010]|(?<![A-Za-z0-9_])[A-Z]/g)) {
    if (index < end) continue;
    const match = matchPlaceholder(text, index, text.charAt(index - 1), kinds, { final: true, json });
    if (match.is !== 'match') continue;
    found.push({ start: index, end: match.end, kind: match.kind, number: match.number });
    end = match.end;
  }
  return found;
}

/**
 * All numbers that must not be given out beside a text: what reads as a placeholder in it, and what would, once a
 * neighbour is masked (`KD-1234EMAIL_2`, with `KD-1234` gone).
 */
export function numbersTakenBy(text: string, kinds: readonly MaskKind[], json: boolean): { kind: MaskKind; number: number }[] {
  if (!hasDigit(text)) return [];
  const taken: { kind: MaskKind; number: number }[] = literalsIn(text, kinds, json);
  for (const kind of kinds) {
    for (let at = text.indexOf(kind); at !== -1; at = text.indexOf(kind, at + 1)) {
      const digits = /^(?:\\{0,2}_)([1-9\uff11-\uff19][0-9\uff10-\uff19]{0,5})/.exec(text.slice(at + kind.length, at + kind.length + 9))?.[1]?.normalize('NFKC') ?? '';
      for (let length = 1; length <= digits.length; length += 1) taken.push({ kind, number: Number(digits.slice(0, length)) });
    }
  }
  return taken;
}
