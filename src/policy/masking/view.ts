/**
 * The text as the detectors read it: look-alikes folded (NFKC, full-width and other digits, odd dashes and
 * spaces), characters without width dropped, letters and their accents composed. Detectors see only the
 * view; every find is mapped back, so what is replaced is the caller's original text, hidden characters
 * included. Source for the folds: Unicode UAX #15 (NFKC), UTS #39 (what hides in identifiers).
 */
export interface View {
  readonly text: string;
  /** Where view position `index` begins in the original. */
  startOf(index: number): number;
  /** Where what lies before view position `index` ends in the original. */
  endOf(index: number): number;
}

// Everything that folding may change. Most texts have none of it and are their own view.
const ODD =
  // eslint-disable-next-line no-misleading-character-class -- ranges of marks, listed on purpose
  /[\u00a0\u00ad\u00b2\u00b3\u00b9\u0300-\u036f\u034f\u061c\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u2015\u2018\u2019\u2024\u2028-\u202f\u2044\u205f-\u2079\u2080-\u2089\u2100-\u214f\u2212\u2460-\u24ff\u3000\u3164\ufb00-\ufb06\ufe00-\ufe0f\ufe50-\ufe6f\ufeff\uff01-\uff5e\uffa0\ud835\udb40]/;

// eslint-disable-next-line no-misleading-character-class -- these are listed one by one on purpose
const NO_WIDTH = /^[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e01ef}]$/u;
const SPACE = /^[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]$/;
const DASH = /^[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]$/;
const QUOTE = /^[\u2018\u2019]$/;
const DIGIT = /^\p{Nd}$/u;

function itself(index: number): number {
  return index;
}

/** The view of a text; linear in its length. */
export function viewOf(text: string): View {
  if (!ODD.test(text)) return { text, startOf: itself, endOf: itself };
  const folded: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const add = (piece: string, start: number, end: number): void => {
    for (let index = 0; index < piece.length; index += 1) {
      folded.push(piece.charAt(index));
      starts.push(start);
      ends.push(end);
    }
  };
  // A text has few characters that differ: each is looked up in Unicode's tables once.
  const folds = new Map<string, string>();
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    const last = folded.length - 1;
    const lastUnit = folded[last];
    if (character < '\u0080') {
      folded.push(character);
      starts.push(at);
      ends.push(end);
    } else if (isAccent(character) && lastUnit !== undefined) {
      const composed = (lastUnit + character).normalize('NFC');
      if (composed.length === 1) folded[last] = composed;
      ends[last] = end;
    } else {
      let fold = folds.get(character);
      if (fold === undefined) folds.set(character, (fold = foldOf(character)));
      add(fold, at, end);
    }
    at = end;
  }
  return {
    text: folded.join(''),
    startOf: (index) => starts[index] ?? text.length,
    endOf: (index) => (index === 0 ? 0 : (ends[index - 1] ?? text.length)),
  };
}

function isAccent(character: string): boolean {
  return character >= '\u0300' && character <= '\u036f';
}

/** What stands in the view for a character beyond ASCII; nothing for one without width. */
function foldOf(character: string): string {
  if (NO_WIDTH.test(character)) return '';
  if (SPACE.test(character)) return ' ';
  if (DASH.test(character)) return '-';
  if (QUOTE.test(character)) return "'";
  const compatible = character.normalize('NFKC');
  if (compatible !== character) return compatible;
  return DIGIT.test(character) ? digitOf(character) : character;
}

/** Decimal digits of all scripts come in rows of ten (Unicode 4.6): count back to the row's zero. */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}
