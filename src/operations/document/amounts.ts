/** A sum of money in a text. */
export interface Amount {
  value: number;
  /** How surely it is money: with decimals; with its decimal point lost; a whole number beside a currency. */
  kind: 'decimal' | 'spaced' | 'whole';
  /** Place in the text, including a sign and a currency beside it. */
  start: number;
  end: number;
}

/** Letters that are taken for digits, and digits they stand for. */
const DIGIT_OF: Record<string, string> = {
  O: '0', o: '0', Q: '0', D: '0', '口': '0',
  l: '1', I: '1', i: '1', '|': '1', '!': '1',
  Z: '2', z: '2', S: '5', s: '5', B: '8',
};
const D = '[0-9OoQDlIi|!ZzSsB口]';

const CURRENCY = String.raw`RM|R\.M\.|MYR|EUR|USD|GBP|CHF|SGD|AUD|[$€£¥]|S(?=\d+[.,]\d\d\b)`;

/**
 * Decimals first, as they are surest: thousands may be grouped by a point, comma, apostrophe or space. The
 * decimals may be misread letters, and blanks may stand around the point.
 */
const DECIMAL = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,:/-])(?<sign>[-+−–]\s?)?(?:(?:${CURRENCY})\s?:?\s?)?(?<sign2>[-−–])?(?<whole>\d${D}{0,2}(?:[.,'’ ]\d{3})+|${D}{1,7})\s?(?<point>[.,:]|\s\.|;)\s?(?<cents>${D}{2})(?<after>[-−–])?(?![\p{N}%]|[.,:/]\d|\s?(?:KG|KM|ML|CM|MM|L\b))(?:\s?(?:€|EUR\b))?`,
  'gu',
);

/** Numbers at the end of a row, whose points were lost: `1 80 91 80 91`. A tax code may follow. */
const SPACED = /(?<![\p{L}\p{N}.,:/-])(?:\d{1,3} ){1,6}\d{2}(?=$|\s+[A-Z]{1,3}$)/u;

/** A whole number counts only beside its currency. */
const WHOLE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(?:RM|EUR|USD|GBP|CHF|[$€£])\s?(?<before>\d{1,3}(?:[.,'’]\d{3})+|\d{1,6})|(?<behind>\d{1,3}(?:[.,'’]\d{3})+|\d{1,6})(?:[.,](?:-|–|—))?\s?(?:€|EUR\b|CHF\b))(?![\p{N}]|[.,:/-]\d|%)`,
  'gu',
);

/**
 * Finds sums of money in a row of recognised text, from left to right. English and German notation; a wrong reading
 * of a digit as a letter is mended where a digit stands beside it.
 */
export function findAmounts(text: string): Amount[] {
  const found: Amount[] = [];
  const add = (kind: Amount['kind'], match: RegExpExecArray, value: number): void => {
    const start = match.index;
    const end = start + match[0].length;
    if (!Number.isFinite(value) || found.some((other) => start < other.end && other.start < end)) return;
    found.push({ kind, value, start, end });
  };
  for (const match of text.matchAll(DECIMAL)) {
    const { whole = '', cents = '', point = '', sign, sign2, after } = match.groups ?? {};
    // Of a number in letters only, none of them is believed to be a digit; a time has a colon and no sums follow it.
    if (!/\d/.test(whole) && !/^\d\d$/.test(cents)) continue;
    if (point === ':' && looksLikeTime(text, match.index, match[0])) continue;
    const value = Number(`${digits(whole)}.${digits(cents)}`);
    const negative = [sign, sign2, after].some((part) => part !== undefined && /[-−–]/.test(part));
    add('decimal', match, negative ? -value : value);
  }
  for (const { start, end, value } of spacedAmounts(text)) {
    if (!found.some((other) => start < other.end && other.start < end)) found.push({ kind: 'spaced', value, start, end });
  }
  for (const match of text.matchAll(WHOLE)) {
    add('whole', match, Number(digits(match.groups?.['before'] ?? match.groups?.['behind'] ?? '')));
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Pairs the numbers from the right, where the cents are: what is left over at the left is a quantity. */
function spacedAmounts(text: string): { value: number; start: number; end: number }[] {
  const run = SPACED.exec(text);
  if (run === null) return [];
  const numbers = [...run[0].matchAll(/\d+/g)];
  const amounts: { value: number; start: number; end: number }[] = [];
  for (let index = numbers.length - 1; index >= 1; index -= 2) {
    const [whole, cents] = [numbers[index - 1], numbers[index]];
    if (whole === undefined || cents?.[0].length !== 2) break;
    const start = run.index + whole.index;
    amounts.push({ value: Number(`${whole[0]}.${cents[0]}`), start, end: run.index + cents.index + 2 });
  }
  return amounts;
}

function digits(text: string): string {
  return [...text].map((character) => DIGIT_OF[character] ?? character).join('').replace(/[^0-9]/g, '');
}

function looksLikeTime(text: string, start: number, match: string): boolean {
  const [hours = '', minutes = ''] = match.trim().split(':').map(digits);
  if (Number(hours) > 24 || Number(minutes) > 59 || /\s:|:\s/.test(match.trim())) return false;
  const around = text.slice(Math.max(0, start - 14), start + match.length + 10);
  return hours.length === 2 || /time|zeit|uhr|am\b|pm\b|\d[/.-]\d/iu.test(around);
}
