import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

const BIRTH =
  /\b(?:d\.?o\.?b\b\.?|birth|born|geburt|geboren|geb\b\.?|birthday|birthdate)|(?<![\p{L}\d])\*[ ]?(?=\d)/iu;
const BIRTH_WORDS =
  /(?<![\p{L}])(?:d\.?o\.?b\b\.?|(?:date[ _-]?of[ _-]?)?birth(?:[ _-]?(?:date|day|dt|on|year))?|born|geburts?(?:datum|tag|s?jahr)?|geboren|geb\b\.?)|(?<![\p{L}\d*])\*[ ]?(?=\d)/giu;

const MONTH =
  '(?:jan(?:uary|uar)?|jänner|feb(?:ruary|ruar)?|mar(?:ch)?|mär(?:z)?|mrz|apr(?:il)?|may|mai|june?|juni?|july?|juli?|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)';
const DATE = new RegExp(
  [
    '(?<!\\d)\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}(?!\\d)',
    '(?<!\\d)\\d{1,2} ?[./-] ?\\d{1,2} ?[./-] ?(?:\\d{4}|\\d{2})(?!\\d)',
    `(?<!\\d)\\d{1,2}(?:st|nd|rd|th|\\.)?,? ?(?:of )?${MONTH}\\.?,? ?'?(?:\\d{4}|\\d{2})(?!\\d)`,
    `(?<![a-z])${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?,? ?\\d{4}(?!\\d)`,
    '(?<!\\d)(?:19|20)\\d{6}(?!\\d)',
  ].join('|'),
  'giu',
);

/** How far a date may stand from its word, in UTF-16 units. */
const AFTER = 48;
const BEFORE = 24;

/** Dates near words of birth, English and German: the date is the value, the words stay. */
export const findDatesOfBirth: Detector = (text) => {
  const spans: Span[] = [];
  if (!BIRTH.test(text) || !/\d{2}/.test(text)) return spans;
  let next = 0;
  for (const word of text.matchAll(BIRTH_WORDS)) {
    const wordEnd = word.index + word[0].length;
    const from = Math.max(next, word.index - BEFORE - 20);
    const window = text.slice(from, wordEnd + AFTER + 20);
    for (const date of window.matchAll(DATE)) {
      const start = from + date.index;
      const end = start + date[0].length;
      const near = start >= wordEnd ? start - wordEnd <= AFTER : end <= word.index && word.index - end <= BEFORE;
      // A sentence that ended in between parts them.
      const between = start >= wordEnd ? text.slice(wordEnd, start) : text.slice(end, word.index);
      if (!near || /[!?;]|\n\n|[a-zß]\. \p{Lu}/u.test(between)) continue;
      spans.push({ start, end, kind: 'DATE_OF_BIRTH' });
      next = end;
      if (start >= wordEnd) break;
    }
  }
  return spans;
};
