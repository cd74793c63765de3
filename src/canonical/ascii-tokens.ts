const ZERO = 48;
const NINE = 57;
const SMALL_A = 97;
const SMALL_Z = 122;

/** What a unit of ASCII is to a tokenizer. */
const WORD = 0;
const PUNCTUATION = 1;
const SPACE = 2;
const CLASSES = new Uint8Array(128);
for (const unit of '.,!?;(){}[]<>:/\\|@#$%^&*+=`~_"-') CLASSES[unit.charCodeAt(0)] = PUNCTUATION;
for (const unit of ' \t\n\v\f\r') CLASSES[unit.charCodeAt(0)] = SPACE;

/**
 * Counts the tokens of a text of ASCII exactly as `estimateTokenCount` of tokenx 2.2.0 does, in one pass and without
 * cutting it into pieces: some ten times as fast. Null for a text that is not ASCII alone.
 */
export function asciiTokens(text: string): number | null {
  let tokens = 0;
  let before = WORD;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return null;
    const kind = CLASSES[unit] ?? WORD;
    let end = at + 1;
    if (kind === SPACE) {
      let lines = unit === 10;
      let structured = false;
      for (; end < text.length && CLASSES[text.charCodeAt(end)] === SPACE; end++) {
        if (text.charCodeAt(end - 1) === 10) structured = true;
        if (text.charCodeAt(end) === 10) lines = true;
      }
      // Indentation and blank lines are tokens; the end of a line is one where nothing else ends there.
      if (structured || (lines && before !== PUNCTUATION)) tokens += 1;
    } else if (kind === PUNCTUATION) {
      while (end < text.length && CLASSES[text.charCodeAt(end)] === PUNCTUATION) end++;
      tokens += end - at <= 3 ? 1 : Math.ceil((end - at) / 6);
    } else {
      let digits = isDigit(unit);
      let small = isSmall(unit);
      for (; end < text.length; end++) {
        const next = text.charCodeAt(end);
        if (next > 127) return null;
        if (CLASSES[next] !== WORD) break;
        digits &&= isDigit(next);
        small &&= isSmall(next);
      }
      tokens += wordTokens(end - at, digits, small);
    }
    before = kind;
    at = end;
  }
  return tokens;
}

function wordTokens(length: number, digits: boolean, small: boolean): number {
  if (digits) return Math.ceil(length / 3);
  return length <= 3 || (small && length <= 8) ? 1 : Math.ceil(length / 7);
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

function isSmall(unit: number): boolean {
  return unit >= SMALL_A && unit <= SMALL_Z;
}
