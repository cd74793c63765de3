import type { Row } from './row.ts';

/** English, German and Malay names of the months by their first three letters, without accents. */
const MONTHS: Record<string, number> = {
  JAN: 1, FEB: 2, MAR: 3, MRZ: 3, MAC: 3, MAE: 3, APR: 4, MAY: 5, MAI: 5, MEI: 5, JUN: 6, JUL: 7,
  AUG: 8, OGO: 8, SEP: 9, OCT: 10, OKT: 10, NOV: 11, DEC: 12, DEZ: 12, DIS: 12,
};

/** A date as it stands in a text. */
interface FoundDate {
  year: number;
  /** Of two readings, the usual one first; the second where day and month could be the other way round. */
  readings: { month: number; day: number }[];
  /** Written so that only the month can come first (12/28/2017). */
  monthFirst: boolean;
  /** Where it stands in the text. */
  start: number;
  end: number;
}

const SEPARATOR = String.raw`\s?[/.\-–,]\s?`;
/** A year may run into the time that follows it. */
const YEAR_END = String.raw`(?!\d(?!\d?:\d\d))`;
const ISO = new RegExp(String.raw`(?<!\d)(?<year>(?:19|20)\d\d)${SEPARATOR}(?<month>\d{1,2})${SEPARATOR}(?<day>\d{1,2})(?!\d(?!\d?:\d\d))`, 'g');
const NUMERIC = new RegExp(String.raw`(?<![\d.])(?<a>[0-3] \d|\d{1,2})${SEPARATOR}(?<b>\d{1,2})${SEPARATOR}(?<year>(?:19|20)\d\d${YEAR_END}|\d\d(?!\d|[.,]\d))`, 'g');
const DAY_NAME = new RegExp(String.raw`(?<!\d)(?<day>\d{1,2})(?:ST|ND|RD|TH)?\s?[/.,\-–]?\s?(?:OF\s)?(?<name>\p{L}{3,9})[.,]?\s?[/.,\-–'’]?\s?(?<year>(?:19|20)\d\d${YEAR_END}|\d\d(?!\d|[.,]\d))`, 'gu');
/** Digits only: so are many numbers, and it counts beside the word or a time. */
const COMPACT = /(?<!\d)(?<year>20\d\d)(?<month>[01]\d)(?<day>[0-3]\d)(?!\d)/g;
const YEAR_NAME = new RegExp(String.raw`(?<!\d)(?<year>(?:19|20)\d\d)${SEPARATOR}(?<name>\p{L}{3,9})${SEPARATOR}(?<day>\d{1,2})(?!\d(?!\d?:\d\d))`, 'gu');
const NAME_DAY = new RegExp(String.raw`(?<!\p{L})(?<name>\p{L}{3,9})[.]?\s?[/\-–]?\s?(?<day>\d{1,2})(?:ST|ND|RD|TH)?,?\s?[/\-–]?\s?(?<year>(?:19|20)\d\d${YEAR_END})`, 'gu');

/** Finds all dates of a text; wrong ones (a 31st of April) are left out. */
export function findDates(text: string): FoundDate[] {
  const clean = mend(text);
  const found: FoundDate[] = [];
  const add = (match: RegExpExecArray, year: number, readings: { month: number; day: number }[], monthFirst: boolean): void => {
    const [start, end] = [match.index, match.index + match[0].length];
    const real = readings.filter(({ month, day }) => isDate(year, month, day));
    if (real.length === 0 || found.some((other) => start < other.end && other.start < end)) return;
    found.push({ year, readings: real, monthFirst, start, end });
  };
  for (const match of clean.matchAll(ISO)) {
    const { year, month, day } = match.groups ?? {};
    add(match, Number(year), [{ month: Number(month), day: Number(day) }], false);
  }
  for (const match of clean.matchAll(NUMERIC)) {
    // A gap within a number is the reader's.
    const a = Number(match.groups?.['a']?.replace(' ', ''));
    const b = Number(match.groups?.['b']);
    const readings = [{ month: b, day: a }];
    if (a !== b) readings.push({ month: a, day: b });
    add(match, fullYear(match.groups?.['year']), readings, a <= 12 && b > 12);
  }
  for (const match of /DATE|DATUM|TARIKH|\d:\d\d/.test(clean) ? clean.matchAll(COMPACT) : []) {
    const { year, month, day } = match.groups ?? {};
    add(match, Number(year), [{ month: Number(month), day: Number(day) }], false);
  }
  for (const pattern of [YEAR_NAME, DAY_NAME, NAME_DAY]) {
    for (const match of clean.matchAll(pattern)) {
      const month = MONTHS[(match.groups?.['name'] ?? '').slice(0, 3)];
      if (month === undefined) continue;
      add(match, fullYear(match.groups?.['year']), [{ month, day: Number(match.groups?.['day']) }], false);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * The date of a receipt or invoice, as ISO 8601, or null. Day before month, unless another date of the page or an
 * American address says otherwise. Of several dates the one with a label, a time or more than one mention wins, and
 * what says when something ends, falls due or arrives loses.
 */
export function readDate(rows: readonly Row[]): string | null {
  const candidates: { row: Row; index: number; date: FoundDate }[] = [];
  for (const [index, row] of rows.entries()) {
    for (const date of findDates(row.text)) candidates.push({ row, index, date });
  }
  const monthFirst = isMonthFirst(rows, candidates.map(({ date }) => date));
  const certain = new Set(candidates.filter(({ date }) => date.readings.length === 1).map(({ date }) => iso(date, 0)));
  const scores = new Map<string, number>();
  for (const { row, index, date } of candidates) {
    const both = date.readings.map((_, reading) => iso(date, reading));
    const preferred = both.find((value) => certain.has(value)) ?? (monthFirst ? both.at(-1) : both[0]) ?? '';
    let score = 10 - (5 * index) / rows.length;
    if (row.label.has('DATE', 'DATUM', 'TARIKH', 'DATED')) score += 10;
    if (/\d\d?[:.]\d\d/.test(row.text.slice(date.end))) score += 6;
    if (row.label.has('EXPIRY', 'EXP', 'EXPIRES', 'VALID', 'UNTIL', 'DUE', 'DELIVERY', 'FALLIG', 'BIS', 'LIEFERDATUM', 'RETURN', 'BIRTH')) score -= 15;
    scores.set(preferred, (scores.get(preferred) ?? 0) + score);
  }
  let best: string | null = null;
  for (const [value, score] of scores) {
    if (best === null || score > (scores.get(best) ?? 0)) best = value;
  }
  return best;
}

function isMonthFirst(rows: readonly Row[], dates: readonly FoundDate[]): boolean {
  if (dates.some((date) => date.monthFirst)) return true;
  // A state and a ZIP code.
  return rows.some(({ text }) => /,?\s(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\s\d{5}(?:-\d{4})?\b|\bUSA\b/.test(text));
}

/** Capitals, no accents, and letters that stand for digits put right where digits surround them. */
function mend(text: string): string {
  const capitals = text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  // Each replacement keeps the length, so that places in the text stay right.
  const same = capitals.length === text.length ? capitals : text.toUpperCase();
  return same
    .replace(/(?<=[\d/.-])[OQ](?=[\d/.-])/g, '0')
    .replace(/(?<=[\d/.-])[IL|](?=[\d/.-])/g, '1')
    .replace(/\b[O](?=\d[/.-])/g, '0');
}

function fullYear(text: string | undefined): number {
  const year = Number(text);
  if (year >= 100) return year;
  return year >= 90 ? 1900 + year : 2000 + year;
}

function isDate(year: number, month: number, day: number): boolean {
  if (year < 1990 || year > 2099 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function iso(date: FoundDate, reading: number): string {
  const { month, day } = date.readings[reading] ?? { month: 0, day: 0 };
  return [date.year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
}
