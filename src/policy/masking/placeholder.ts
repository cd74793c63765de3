import type { MaskKind } from './kinds.ts';

/** `[EMAIL_1]`. */
export function placeholderOf(kind: MaskKind, number: number): string {
  return `[${kind}_${number}]`;
}

/** What stands at a place of a text. `partial`: the text ends before one can tell. */
export type PlaceholderMatch =
  | { readonly is: 'none' }
  | { readonly is: 'partial' }
  | { readonly is: 'match'; readonly end: number; readonly kind: MaskKind; readonly number: number };

export interface MatchOptions {
  /** Nothing follows the text: no match is partial. */
  readonly final: boolean;
  /** The text is JSON: a backslash of the model is written as two. */
  readonly json: boolean;
}

const NONE: PlaceholderMatch = { is: 'none' };
const PARTIAL: PlaceholderMatch = { is: 'partial' };
const MAX_DIGITS = 6;

/** Where a placeholder can begin; what is looked at first, for speed. */
const OPENERS: Readonly<Record<string, string>> = { '[': ']', '\uff3b': '\uff3d', '\u3010': '\u3011' };
const WORD = /[\p{L}\p{M}\p{N}_]/u;
const SEPARATORS = '_-\uff3f\u2010\u2011 ';
const NO_WIDTH = '\u200b\u200c\u200d\u2060\ufeff';
const SPACES = ' \u00a0\u2009\u202f\u3000\t';

/**
 * Reads a placeholder as models write it. Tolerated, and no more than this:
 * - in brackets: upper and lower case, `_`, `-`, one space or their wide twins between the parts, spaces (two at
 *   most) within the brackets, `［ ］` and `【 】`, full-width digits, characters without width;
 * - with Markdown's backslashes: `\[EMAIL\_1\]`, `[EMAIL\_1]`;
 * - bare: `EMAIL_1` or `EMAIL\_1` in capitals, as a whole word.
 * Never: another kind's name, a number with a leading zero, a number that was not given out (the caller checks).
 *
 * The decision depends on the text from `at` to the end of the match, one unit beyond it, and `before`; so it
 * comes out the same however the text is cut, as long as `partial` waits for more.
 */
export function matchPlaceholder(
  text: string,
  at: number,
  before: string,
  kinds: readonly MaskKind[],
  options: MatchOptions,
): PlaceholderMatch {
  const first = text.charAt(at);
  const backslash = options.json ? '\\\\' : '\\';
  if (first === '\\') return new Reader(text, options, backslash).escaped(at, kinds);
  const close = OPENERS[first];
  if (close !== undefined) return new Reader(text, options, backslash).bracketed(at + 1, close, kinds);
  if (first >= 'A' && first <= 'Z' && !WORD.test(before)) return new Reader(text, options, backslash).bare(at, kinds);
  return NONE;
}

type Step = number | 'none' | 'partial';

class Reader {
  readonly #text: string;
  readonly #final: boolean;
  readonly #backslash: string;

  constructor(text: string, options: MatchOptions, backslash: string) {
    this.#text = text;
    this.#final = options.final;
    this.#backslash = backslash;
  }

  escaped(at: number, kinds: readonly MaskKind[]): PlaceholderMatch {
    const open = this.#literal(at, `${this.#backslash}[`);
    if (typeof open !== 'number') return open === 'partial' ? PARTIAL : NONE;
    return this.#any(kinds, (kind) => this.#inBrackets(open, `${this.#backslash}]`, kind));
  }

  bracketed(at: number, close: string, kinds: readonly MaskKind[]): PlaceholderMatch {
    return this.#any(kinds, (kind) => this.#inBrackets(at, close, kind));
  }

  bare(at: number, kinds: readonly MaskKind[]): PlaceholderMatch {
    return this.#any(kinds, (kind) => this.#bareOf(at, kind));
  }

  /** The first kind that matches; waits as long as an earlier one still may. */
  #any(kinds: readonly MaskKind[], read: (kind: MaskKind) => PlaceholderMatch): PlaceholderMatch {
    for (const kind of kinds) {
      const match = read(kind);
      if (match.is !== 'none') return match;
    }
    return NONE;
  }

  #inBrackets(at: number, close: string, kind: MaskKind): PlaceholderMatch {
    let step: Step = this.#spaces(at);
    for (let index = 0; typeof step === 'number' && index < kind.length; index += 1) {
      step = kind[index] === '_' ? this.#separator(step, true) : this.#letter(step, kind.charAt(index));
    }
    if (typeof step === 'number') step = this.#separator(step, true);
    if (typeof step !== 'number') return step === 'partial' ? PARTIAL : NONE;
    const digits = this.#digits(step);
    if (digits.is !== 'digits') return digits;
    step = this.#spaces(digits.end);
    if (typeof step === 'number') step = this.#literal(step, close);
    if (typeof step !== 'number') return step === 'partial' ? PARTIAL : NONE;
    return { is: 'match', end: step, kind, number: digits.number };
  }

  #bareOf(at: number, kind: MaskKind): PlaceholderMatch {
    let step: Step = at;
    for (let index = 0; typeof step === 'number' && index < kind.length; index += 1) {
      step = kind[index] === '_' ? this.#separator(step, false) : this.#literal(step, kind.charAt(index));
    }
    if (typeof step === 'number') step = this.#separator(step, false);
    if (typeof step !== 'number') return step === 'partial' ? PARTIAL : NONE;
    const digits = this.#digits(step);
    if (digits.is !== 'digits') return digits;
    if (digits.end >= this.#text.length) {
      if (!this.#final) return PARTIAL;
    } else if (WORD.test(this.#text.charAt(digits.end))) return NONE;
    return { is: 'match', end: digits.end, kind, number: digits.number };
  }

  /** One unit, either case. */
  #letter(at: number, letter: string): Step {
    const from = this.#skipNoWidth(at);
    if (from >= this.#text.length) return this.#ended();
    const unit = this.#text.charAt(from);
    return unit === letter || unit === letter.toLowerCase() ? from + 1 : 'none';
  }

  #literal(at: number, expected: string): Step {
    for (let index = 0; index < expected.length; index += 1) {
      if (at + index >= this.#text.length) return this.#ended();
      if (this.#text[at + index] !== expected[index]) return 'none';
    }
    return at + expected.length;
  }

  #separator(at: number, tolerant: boolean): Step {
    const from = tolerant ? this.#skipNoWidth(at) : at;
    if (from >= this.#text.length) return this.#ended();
    const unit = this.#text.charAt(from);
    if (unit === '\\') return this.#literal(from, `${this.#backslash}_`);
    return (tolerant ? SEPARATORS.includes(unit) : unit === '_') ? from + 1 : 'none';
  }

  #spaces(at: number): Step {
    let from = this.#skipNoWidth(at);
    for (let count = 0; count < 2 && from < this.#text.length && SPACES.includes(this.#text.charAt(from)); count += 1) {
      from = this.#skipNoWidth(from + 1);
    }
    return from >= this.#text.length ? this.#ended() : from;
  }

  /** At most four, so that what is held back stays short. */
  #skipNoWidth(at: number): number {
    let from = at;
    while (from - at < 4 && from < this.#text.length && NO_WIDTH.includes(this.#text.charAt(from))) from += 1;
    return from;
  }

  #digits(at: number): { is: 'digits'; end: number; number: number } | { is: 'none' } | { is: 'partial' } {
    let end = this.#skipNoWidth(at);
    let number = 0;
    let count = 0;
    for (; count < MAX_DIGITS && end < this.#text.length; count += 1, end += 1) {
      const code = this.#text.charCodeAt(end);
      const digit = code >= 0xff10 && code <= 0xff19 ? code - 0xff10 : code - 0x30;
      if (digit < 0 || digit > 9 || (count === 0 && digit === 0)) break;
      number = number * 10 + digit;
    }
    if (count === 0) return end >= this.#text.length && !this.#final ? { is: 'partial' } : { is: 'none' };
    return { is: 'digits', end, number };
  }

  #ended(): Step {
    return this.#final ? 'none' : 'partial';
  }
}
