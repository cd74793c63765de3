import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

const WORD = "\\p{Lu}[\\p{L}.'-]{0,30}";
const CITY = `${WORD}(?:[ -](?:(?:am|an der|im|in der|ob der|bei|vor der|upon|on|le|la|de) )?${WORD}){0,3}`;
/** What stands between the lines of an address. */
const BREAK = '(?:,? ?\\n ?|, ?| {1,3}| - )';

// German, Austrian, Swiss (DIN 5008): "Lange Straße 12a, 10115 Berlin", "Adlerweg 3", "Am Alten Markt 7, 50667 Köln".
const GERMAN_ENDING =
  '[Ss]tra(?:ß|ss)e|[Ss]tr\\.|weg|Weg|platz|Platz|[Aa]llee|[Gg]asse|[Rr]ing|[Uu]fer|[Dd]amm|[Cc]haussee|[Ss]teig|[Pp]fad|markt|Markt|[Gg]raben|[Ww]all|[Tt]wiete|kamp|[Pp]romenade|[Zz]eile|[Ss]iedlung|[Bb]rücke|hof|berg|aue';
const GERMAN_STREET = `(?:(?:${WORD}[ -]){0,3}(?:\\p{Lu}[\\p{L}'-]{0,30}?)?(?:${GERMAN_ENDING})|(?:Am|An der|An den|Auf dem|Auf der|Im|In der|In den|Unter den|Zum|Zur|Hinter der|Bei der) ${WORD}(?: ${WORD})?)`;
const NUMBER = '\\d{1,4}(?: ?[a-zA-Z])?(?: ?[-/] ?\\d{1,4}[a-z]?)?(?![\\p{L}\\d])(?![.,]\\d)';
const GERMAN_TOWN = `${BREAK}(?:(?:D|DE|A|AT|CH)[- ])?\\d{4,5} ${CITY}`;
const GERMAN_STREET_LINE = new RegExp(`(?<![\\p{L}-])${GERMAN_STREET} ${NUMBER}(?:${GERMAN_TOWN})?`, 'gu');
const GERMAN_ANY_STREET = new RegExp(`(?<![\\p{L}-])${WORD}(?:[ -]${WORD}){0,3} ${NUMBER}${BREAK}(?:D[- ])?\\d{5} ${CITY}`, 'gu');
const GERMAN_PLACE = new RegExp(`(?<![\\p{L}\\d])(?:D|DE|A|AT|CH)-\\d{4,5} ${CITY}`, 'gu');

// US (USPS Publication 28) and British (Royal Mail): "123 N. Main St., Apt 4B, Springfield, IL 62704", "12 High Street, Leeds LS1 4AB".
const ENGLISH_TYPE =
  'Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Way|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Close|Crescent|Gardens|Grove|Mews|Row|Hill|Walk|Green|Plaza|Loop|Alley|Park|Ridge|Crossing|Manor|Meadows?|Heights|Turnpike|Broadway';
const UNIT = '(?:,? {0,2}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|#)\\.? ?#?[\\w-]{1,8})?';
const ZIP = '\\d{5}(?:-\\d{4})?(?!\\d)';
const UK_POSTCODE = '[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}(?![A-Za-z\\d])';
const TOWN = `(?:${BREAK}${CITY}(?:, ${CITY})?(?:${BREAK}${UK_POSTCODE}|,? {1,2}${ZIP}))?`;
const HOUSE = '(?<![\\p{L}\\d#.,$€£-]|\\([cC]\\) |© )(?:(?:Flat|Apt|Unit|Suite) [\\w-]{1,8},? )?\\d{1,6}[a-zA-Z]?(?:-\\d{1,5})?';
const ENGLISH_STREET_LINE = new RegExp(`${HOUSE} (?:(?:${WORD}|\\d{1,3}(?:st|nd|rd|th)) ){1,4}(?:${ENGLISH_TYPE})(?!\\p{L})\\.?${UNIT}${TOWN}`, 'gu');
// Any capitalised name after a number counts where town, state and postcode follow.
const ENGLISH_ANY_STREET = new RegExp(
  `${HOUSE} (?:${WORD} ){0,3}${WORD}${UNIT}${BREAK}${CITY}(?:, [A-Z]{2}|, ${CITY})?(?:,? {1,2}${ZIP}|${BREAK}${UK_POSTCODE})`,
  'gu',
);
const UK_ALONE = new RegExp(`(?<![A-Za-z\\d])${UK_POSTCODE}`, 'g');
const US_PLACE = new RegExp(`(?<!\\p{L})${CITY}, [A-Z]{2} ${ZIP}`, 'gu');
const BOX = /(?<!\p{L})(?:P\.? ?O\.? ?Box|Postfach) \d{1,3}(?: ?\d{1,3}){0,2}/gu;

/**
 * Postal addresses of the German, US and British styles: street and number, with unit, postcode and town where
 * they follow; postcodes alone where their form is unmistakable.
 */
export const findAddresses: Detector = (text) => {
  const spans: Span[] = [];
  if (!/\p{L}\.? \d|\d[A-Za-z]? \p{Lu}/u.test(text)) return spans;
  const patterns = [GERMAN_STREET_LINE, ENGLISH_STREET_LINE, UK_ALONE, BOX];
  if (/\d{4}/.test(text)) patterns.push(GERMAN_ANY_STREET, GERMAN_PLACE, US_PLACE);
  if (/\d{5}|\d[A-Z]{2}/.test(text)) patterns.push(ENGLISH_ANY_STREET);
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) spans.push({ start: match.index, end: match.index + match[0].length, kind: 'ADDRESS' });
  }
  return spans;
};
