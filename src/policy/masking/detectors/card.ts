import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

interface Group {
  readonly start: number;
  readonly end: number;
}

/**
 * Payment card numbers: the issuer's prefix and length (ISO/IEC 7812 ranges as the schemes publish them), then
 * the Luhn check (ISO/IEC 7812-1 annex B). Groups may be parted by spaces, dashes, dots or line breaks.
 */
export const findCards: Detector = (text) => {
  const spans: Span[] = [];
  if (!/\d/.test(text)) return spans;
  const run: Group[] = [];
  for (const match of text.matchAll(/\d{1,64}/g)) {
    const group = { start: match.index, end: match.index + match[0].length };
    const last = run.at(-1);
    if (last && !isSeparator(text.slice(last.end, group.start))) {
      scanRun(text, run, spans);
      run.length = 0;
    }
    run.push(group);
  }
  scanRun(text, run, spans);
  return spans;
};

function isSeparator(between: string): boolean {
  return between.length <= 4 && /^(?:[ .\-_/]|\t| ?\r?\n ?| - | {2,3})$/.test(between);
}

function scanRun(text: string, groups: readonly Group[], spans: Span[]): void {
  let first = 0;
  while (first < groups.length) {
    const last = windowAt(text, groups, first);
    if (last === undefined) {
      first += 1;
      continue;
    }
    spans.push({ start: groups[first]?.start ?? 0, end: groups[last]?.end ?? 0, kind: 'CARD' });
    first = last + 1;
  }
}

/** The last group of the card number that begins at a group. A usual grouping goes before a longer one. */
function windowAt(text: string, groups: readonly Group[], first: number): number | undefined {
  const head = groups[first];
  if (!head || isFraction(text, head.start)) return undefined;
  let digits = '';
  const lengths: number[] = [];
  let found: number | undefined;
  for (let last = first; last < groups.length && digits.length < 19; last += 1) {
    const group = groups[last];
    if (!group) break;
    digits += text.slice(group.start, group.end);
    lengths.push(group.end - group.start);
    if (digits.length < 12) continue;
    if (digits.length > 19) break;
    if (!isIssued(digits) || !passesLuhn(digits)) continue;
    // Short numbers are too like any other to be cut out of a longer row of groups.
    if (digits.length < 15 && (isJoined(text, groups[first - 1], head) || isJoined(text, group, groups[last + 1], 4))) continue;
    if (lengths.length === 1 || USUAL.has(lengths.join('-'))) return last;
    if (isRegular(lengths)) found ??= last;
  }
  return found;
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

function isIssued(digits: string): boolean {
  const length = digits.length;
  const four = Number(digits.slice(0, 4));
  const two = Math.floor(four / 100);
  const three = Math.floor(four / 10);
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19; // Visa
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16; // Mastercard
  if (two === 34 || two === 37) return length === 15; // American Express
  if ((three >= 300 && three <= 305) || three === 309 || two === 36 || two === 38 || two === 39) return length >= 14; // Diners
  if (four >= 3528 && four <= 3589) return length >= 16; // JCB
  if (four === 6011 || (three >= 644 && three <= 649) || two === 65) return length >= 16; // Discover
  if (four >= 2200 && four <= 2204) return length >= 16; // Mir
  if (four === 9792) return length === 16; // Troy
  if (two === 81 || two === 62) return length >= 16; // UnionPay, RuPay
  if (two === 50 || (two >= 56 && two <= 69)) return length >= 12; // Maestro and relatives
  return false;
}

/** The Luhn check over a string of digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index -= 1, double = !double) {
    let digit = digits.charCodeAt(index) - 48;
    if (double) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum > 0 && sum % 10 === 0;
}
