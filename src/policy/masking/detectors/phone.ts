import { createRequire } from 'node:module';
import type * as libphonenumber from 'libphonenumber-js/min';
import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly digits: string;
}

const require = createRequire(import.meta.url);
let loaded: typeof libphonenumber | undefined;

/** The regions whose national forms count where no `+` says the country. */
const REGIONS: readonly libphonenumber.CountryCode[] = ['DE', 'US', 'GB', 'AT', 'CH', 'FR'];

const WORDS =
  /(?:phone|mobile?|cell|tele?fo[nx]|\btel\b|\bfax|handy|\bruf|rückruf|anruf|erreich|durchwahl|hotline|whatsapp|signal|\bsms\b|\bcall|\btext(?:ing)?\b|\bdial|\bring\b|\breach|contact|kontakt|(?<![A-Z])nummer\b|\bnumber\b|\bm:|\bt:|\bp:|☎|📞)[^\n]{0,32}$/i;
const NOT_A_PHONE =
  /(?:order|bestell|rechnung|invoice|ticket|kunden|customer|account|konto|artikel|item|sku|isbn|ref|tracking|sendung|vorgang|case|\bid\b|\bnr\b|\bno\b|[€$£#])[^\n]{0,12}$/i;

const DATE_LIKE =
  /^(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?:$|[ T,.]|-\d)|^(?:19|20)\d\d ?- ?(?:19|20)\d\d$|^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/;
/** Decimals, ranges, rows of single digits, brackets that do not close. */
const NUMBER_LIKE = /^\d+\.\d+$|\.\.|^\d(?: \d){4,}$|^[^(]*\([^)]*$/;
const US_FORM = /^(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}([ .-]))\d{3}(?:\1|[.-])\d{4}$/;
const TRUNK_FORM = /^(?:\(0\d{1,5}\)[ ]?(?:[-/] ?)?|0\d{1,5}(?: ?[-/] ?| ))\d{2,}(?:[ ./-]?\d+){0,6}$/;
const EXTENSION = /^,? {0,2}(?:x|ext\.?|extension|dw|durchwahl|app\.?)[ .:]{0,2}\d{1,6}(?!\d)/i;

/**
 * Phone numbers: with a country code (E.164), in the national forms of the regions above, and bare digits after
 * a word such as "Tel." or "call me at". Validity by libphonenumber's metadata (min).
 */
export const findPhones: Detector = (text) => {
  const spans: Span[] = [];
  if (!/\d[ ()./-]{0,3}\d[ ()./-]{0,3}\d[ ()./-]{0,3}\d[ ()./-]{0,3}\d/.test(text)) return spans;
  for (const candidate of candidates(text)) {
    if (!isPhone(candidate, text)) continue;
    const extension = EXTENSION.exec(text.slice(candidate.end, candidate.end + 24));
    spans.push({ start: candidate.start, end: candidate.end + (extension?.[0].length ?? 0), kind: 'PHONE' });
  }
  return spans;
};

// Not inside of words, decimals, dates, thousands; after a comma only with a sign of its own, or behind no digit (CSV).
const START = /(?<![\p{L}\p{N}_.@%-])(?:[+(]{1,2}\d|(?<!\d[/:,])\d)/gu;

/** Runs of 5 to 17 digits, with the separators that people write into phone numbers. */
function* candidates(text: string): Generator<Candidate> {
  START.lastIndex = 0;
  for (let match = START.exec(text); match; match = START.exec(text)) {
    const start = match.index;
    let at = start;
    let end = start;
    let digits = '';
    let open = 0;
    while (at < text.length && at - start < 48) {
      const character = text.charAt(at);
      if (character >= '0' && character <= '9') {
        digits += character;
        at += 1;
        end = at;
        continue;
      }
      if (character === '+' ? at !== start && text[at - 1] !== '(' : !' ()./-'.includes(character)) break;
      if (character === '(') open += 1;
      if (character === ')' && (open -= 1) < 0) break;
      // Three separators in a row part two numbers, unless they part an area code.
      if (end > start && at - end >= 2 && digits.length > 6 && !text.slice(end, at + 1).includes(')')) break;
      if (at - end > 3) break;
      at += 1;
    }
    START.lastIndex = Math.max(end, start + 1);
    const after = text[end] ?? '';
    if (digits.length >= 5 && digits.length <= 17 && !/[\p{L}_@%]/u.test(after === 'x' || after === 'e' ? '' : after) && !/^[.,]\d/.test(text.slice(end, end + 2))) {
      const open = text[start] === '(' && !text.slice(start, end).includes(')') ? 1 : 0;
      yield { start: start + open, end, text: text.slice(start + open, end), digits };
    }
  }
}

function isPhone(candidate: Candidate, text: string): boolean {
  const { digits, text: written } = candidate;
  if (DATE_LIKE.test(written) || NUMBER_LIKE.test(written)) return false;
  if (/^\(?\+/.test(written)) return digits.length >= 7 && digits.length <= 16 && isInternational(written, digits);
  const before = text.slice(Math.max(0, candidate.start - 48), candidate.start);
  if (US_FORM.test(written)) return true;
  const announced = WORDS.test(before);
  if (announced && digits.length >= 6 && !/^\d{1,3}(?:\.\d{3})+$/.test(written)) return true;
  if (NOT_A_PHONE.test(before)) return false;
  if (digits.startsWith('00')) return isInternational(`+${digits.slice(2)}`, digits.slice(2));
  if (digits.length < 7 || digits.length > 15) return false;
  if (TRUNK_FORM.test(written)) return true;
  // Without a trunk zero, or without any gap, a number is too like any other.
  if (!/[ ()/.-]/.test(written)) return /^01[5-7]\d{8,9}$/.test(digits);
  if (!/^\(?[01]/.test(written)) return false;
  return REGIONS.some((region) => library().parsePhoneNumberFromString(written, region)?.isValid() === true);
}

/** A country code that exists, and a length that can be: people mistype, and a mistyped number is still private. */
function isInternational(written: string, digits: string): boolean {
  if (/^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/.test(digits) && digits.length >= 9) return true;
  return library().parsePhoneNumberFromString(written.startsWith('(') ? written.slice(1) : written)?.isPossible() === true;
}

/** Its metadata take 3 MB: for the first number that the forms leave open. */
function library(): typeof libphonenumber {
  loaded ??= load();
  return loaded;
}

function load(): typeof libphonenumber {
  return require('libphonenumber-js/min');
}
