/** What the recogniser read on one line. */
export interface DecodedText {
  text: string;
  /** Mean probability of the characters, 0 to 1. */
  confidence: number;
}

/** Probability of a blank between words from which it counts, although another symbol was likelier. */
const SPACE_THRESHOLD = 0.02;

/** Scripts without spaces, which the recogniser also reads. */
const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Decodes a line, and once more without ideographs when it has a few of them among other letters: on a Latin page
 * they are strokes that were taken for one.
 */
export function decodeLine(scores: Float32Array, offset: number, steps: number, symbols: number, alphabet: Alphabet): DecodedText {
  const first = decodeCtc(scores, offset, steps, symbols, alphabet.symbols);
  const ideographs = first.text.match(new RegExp(IDEOGRAPH, 'gu'))?.length ?? 0;
  if (ideographs === 0 || ideographs * 2 > first.text.length) return first;
  return decodeCtc(scores, offset, steps, symbols, alphabet.symbols, alphabet.isIdeograph);
}

/** The recogniser's symbols, and which of them to leave out on a Latin page. */
export interface Alphabet {
  symbols: readonly string[];
  isIdeograph: readonly boolean[];
}

export function toAlphabet(symbols: readonly string[]): Alphabet {
  return { symbols, isIdeograph: symbols.map((symbol) => IDEOGRAPH.test(symbol)) };
}

/**
 * Greedy CTC decoding (Graves et al. 2006): the likeliest symbol a step, repeats merged, blanks dropped. The
 * recogniser was trained mostly on a script without spaces and swallows them; where it thought of one between
 * two characters, it is put back.
 *
 * @param scores `steps` rows of `symbols` probabilities, from `offset` on
 * @param alphabet symbol 0 is CTC's blank; symbol n is alphabet[n - 1]
 * @param leftOut places of the alphabet that are not read
 */
export function decodeCtc(
  scores: Float32Array,
  offset: number,
  steps: number,
  symbols: number,
  alphabet: readonly string[],
  leftOut: readonly boolean[] = [],
): DecodedText {
  const spaceSymbol = alphabet.lastIndexOf(' ') + 1;
  let text = '';
  let sum = 0;
  let count = 0;
  let previous = 0;
  let spaceSeen = 0;
  for (let step = 0; step < steps; step += 1) {
    const row = offset + step * symbols;
    let best = 0;
    let bestScore = scores[row] ?? 0;
    for (let symbol = 1; symbol < symbols; symbol += 1) {
      const score = scores[row + symbol] ?? 0;
      if (score > bestScore && leftOut[symbol - 1] !== true) {
        best = symbol;
        bestScore = score;
      }
    }
    if (spaceSymbol > 0) spaceSeen = Math.max(spaceSeen, scores[row + spaceSymbol] ?? 0);
    if (best !== 0 && best !== previous) {
      const character = alphabet[best - 1] ?? '';
      if (character !== ' ') {
        if (text !== '' && !text.endsWith(' ') && spaceSeen > SPACE_THRESHOLD) text += ' ';
        text += character;
        sum += bestScore;
        count += 1;
      } else if (text !== '') {
        text += ' ';
      }
      spaceSeen = 0;
    }
    previous = best;
  }
  return { text: text.trim(), confidence: count === 0 ? 0 : sum / count };
}
