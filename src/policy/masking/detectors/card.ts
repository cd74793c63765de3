import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

/** Digits in a row: `[start, end)` in the text. */
interface Group {
  readonly start: number;
  readonly end: number;
  /** Where they begin among the digits of their run. */
  readonly from: number;
}

/** Digits of a card number. */
const SHORTEST = 12;
const LONGEST = 19;

/**
 * Payment card numbers: the issuer's prefix and length (ISO/IEC 7812 ranges as the schemes publish them), then
 * the Luhn check (ISO/IEC 7812-1 annex B). Groups may be parted by spaces, dashes, dots or line breaks.
 */
export const findCards: Detector = (text) => {
  const spans: Span[] = [];
  if (!/\d/.test(text)) return spans;
  let run = new Run(text);
  let end = 0;
  for (const { 0: group, index: start } of text.matchAll(/\d{1,64}/g)) {
    if (end > 0 && !isSeparator(text.slice(end, start))) {
      run.scan(spans);
      run = new Run(text);
    }
    run.add(start, group);
    end = start + group.length;
  }
  run.scan(spans);
  return spans;
};

function isSeparator(between: string): boolean {
  if (between.length === 1) return ' .-_/\t\n'.includes(between);
  return between.length <= 4 && /^(?: ?\r?\n ?| - | {2,3})$/.test(between);
}

/** Groups of digits that nothing but separators parts. */
class Run {
  readonly #text: string;
  readonly #groups: Group[] = [];
  #digits = '';

  constructor(text: string) {
    this.#text = text;
  }

  add(start: number, group: string): void {
    this.#groups.push({ start, end: start + group.length, from: this.#digits.length });
    this.#digits += group;
  }

  scan(spans: Span[]): void {
    if (this.#digits.length < SHORTEST) return;
    for (let first = 0; first < this.#groups.length; ) {
      const last = this.#windowAt(first);
      if (last === undefined) {
        first += 1;
        continue;
      }
      spans.push({ start: this.#groups[first]?.start ?? 0, end: this.#groups[last]?.end ?? 0, kind: 'CARD' });
      first = last + 1;
    }
  }

  /** The last group of the card number that begins at a group. A usual grouping goes before a longer one. */
  #windowAt(first: number): number | undefined {
    const head = this.#groups[first];
    if (!head) return undefined;
    const { from } = head;
    const issued = issuedLengths(this.#digits, from);
    if (issued === 0 || isFraction(this.#text, head.start)) return undefined;
    let found: number | undefined;
    for (let last = first; last < this.#groups.length; last += 1) {
      const group = this.#groups[last];
      if (!group) break;
      const to = group.from + group.end - group.start;
      if (to - from > LONGEST) break;
      if ((issued & bit(to - from)) === 0 || !luhnHolds(this.#digits, from, to)) continue;
      // Short numbers are too like any other to be cut out of a longer row of groups.
      if (to - from < 15 && (isJoined(this.#text, this.#groups[first - 1], head) || isJoined(this.#text, group, this.#groups[last + 1], 4))) continue;
      const lengths = this.#groups.slice(first, last + 1).map(({ start, end }) => end - start);
      if (lengths.length === 1 || USUAL.has(lengths.join('-'))) return last;
      if (isRegular(lengths)) found ??= last;
    }
    return found;
  }
}

function isJoined(text: string, left: Group | undefined, right: Group | undefined, minLength = 1): boolean {
  return left !== undefined && right !== undefined && right.end - right.start >= minLength && !text.slice(left.end, right.start).includes('\n');
}

const USUAL = new Set(['4-4-4-4', '4-6-5', '4-6-4', '4-4-4-4-3', '4-4-4-1', '8-8', '6-10', '4-4-5', '4-3-3-3', '6-13', '4-4-4-4-2', '4-5-6', '5-5-5']);

/** Groups of at least three digits, or all of one length (read out, or torn apart by OCR). */
function isRegular(lengths: readonly number[]): boolean {
  return lengths.every((length) => length >= 3) || lengths.slice(0, -1).every((length) => length === lengths[0]);
}

/** `0.4111111111111111` is a number with decimals. */
function isFraction(text: string, start: number): boolean {
  return (text[start - 1] === '.' || text[start - 1] === ',') && /\d/.test(text[start - 2] ?? '');
}

const bit = (length: number): number => 1 << length;
const atLeast = (length: number): number => bit(LONGEST + 1) - bit(length);

/** The lengths (as bits) in which a scheme issues numbers that begin as the digits do at a place; 0 for none. */
function issuedLengths(digits: string, from: number): number {
  // Most rows of digits end here.
  const one = digits.charCodeAt(from) - 48;
  if (one < 2 || one === 7) return 0;
  const two = one * 10 + digits.charCodeAt(from + 1) - 48;
  const three = two * 10 + digits.charCodeAt(from + 2) - 48;
  const four = three * 10 + digits.charCodeAt(from + 3) - 48;
  if (one === 4) return bit(13) | bit(16) | bit(19); // Visa
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return bit(16); // Mastercard
  if (two === 34 || two === 37) return bit(15); // American Express
  if ((three >= 300 && three <= 305) || three === 309 || two === 36 || two === 38 || two === 39) return atLeast(14); // Diners
  if (four >= 3528 && four <= 3589) return atLeast(16); // JCB
  if (four === 6011 || (three >= 644 && three <= 649) || two === 65) return atLeast(16); // Discover
  if (four >= 2200 && four <= 2204) return atLeast(16); // Mir
  if (four === 9792) return bit(16); // Troy
  if (two === 81 || two === 62) return atLeast(16); // UnionPay, RuPay
  if (two === 50 || (two >= 56 && two <= 69)) return atLeast(SHORTEST); // Maestro and relatives
  return 0;
}

/** The Luhn check over a string of digits. */
export function passesLuhn(digits: string): boolean {
  return luhnHolds(digits, 0, digits.length);
}

function luhnHolds(digits: string, from: number, to: number): boolean {
  let sum = 0;
  for (let index = to - 1, double = false; index >= from; index -= 1, double = !double) {
    let digit = digits.charCodeAt(index) - 48;
    if (double) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum > 0 && sum % 10 === 0;
}
