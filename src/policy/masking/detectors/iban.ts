import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

/** Length of an IBAN by country: SWIFT IBAN Registry, release 98. */
const LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Countries whose account numbers are digits only: words that follow a number by chance are none. */
const DIGITS_ONLY = new Set('AE AT BA BE CZ DE DK EE ES FI HR HU IL IS LT LY ME NO PL PT RS SE SI SK TN VA XK'.split(' '));

const HEAD = /[A-Za-z]{2}[ -]?\d[ ]?\d/g;
const GAP = /^[ \t\-\r\n]$/;
const ALNUM = /^[0-9A-Za-z]$/;

/**
 * IBANs (ISO 13616): the country's length, then mod 97 (ISO 7064). Any grouping, lower case, line breaks between
 * groups.
 */
export const findIbans: Detector = (text) => {
  const spans: Span[] = [];
  if (!/[A-Za-z]{2}[ -]?\d/.test(text)) return spans;
  HEAD.lastIndex = 0;
  for (let match = HEAD.exec(text); match; match = HEAD.exec(text)) {
    const start = match.index;
    const end = ibanEnd(text, start);
    if (end === undefined) {
      HEAD.lastIndex = start + 1;
      continue;
    }
    spans.push({ start, end, kind: 'IBAN' });
    HEAD.lastIndex = end;
  }
  return spans;
};

function ibanEnd(text: string, start: number): number | undefined {
  // Glued to a word it is a part of that word, unless the word is "IBAN".
  if (/[A-Za-z0-9]/.test(text[start - 1] ?? '') && !/iban$/i.test(text.slice(Math.max(0, start - 4), start))) return undefined;
  const country = text.slice(start, start + 2).toUpperCase();
  const length = LENGTHS.get(country);
  if (length === undefined) return undefined;
  const digitsOnly = DIGITS_ONLY.has(country);
  let compact = '';
  let gap = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (ALNUM.test(character)) {
      if (digitsOnly && compact.length >= 2 && character > '9') return undefined;
      compact += character;
      gap = 0;
      if (compact.length === length) return passesMod97(compact.toUpperCase()) ? at + 1 : undefined;
    } else if (!GAP.test(character) || (gap += 1) > 3) return undefined;
  }
  return undefined;
}

/** ISO 7064 MOD 97-10 over an IBAN without gaps, in capitals. */
export function passesMod97(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
