import { readFileSync } from 'node:fs';

const UNKNOWN = 100;
const CLS = 101;
const SEP = 102;
const MAX_WORD_CHARS = 100;
/** Characters read at a time, so that a text of megabytes costs no more than the tokens that are asked for. */
const SLICE_CHARS = 16_384;

/** A word, or one character that stands alone: punctuation, symbols of ASCII, and every Chinese character. */
const PIECES = /[\p{P}$+<=>^`|~]|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\s\p{P}$+<=>^`|~\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+/gu;

export interface Tokens {
  /** With the tokens that begin and end every text. */
  ids: number[];
  /** The text had more tokens than were allowed. */
  cut: boolean;
}

/**
 * The tokeniser of uncased BERT models: lower case without accents, split at punctuation, then the longest pieces
 * that the vocabulary has (Devlin et al., arXiv:1810.04805; same results as Hugging Face's `BertNormalizer` and
 * `BertPreTokenizer`).
 */
export class WordPiece {
  readonly #vocabulary: ReadonlyMap<string, number>;

  constructor(vocabulary: ReadonlyMap<string, number>) {
    this.#vocabulary = vocabulary;
  }

  /** Reads the vocabulary out of a Hugging Face `tokenizer.json`. */
  static fromFile(path: string): WordPiece {
    // The file comes with the pinned weights package.
    const file = JSON.parse(readFileSync(path, 'utf8')) as { model: { vocab: Record<string, number> } };
    return new WordPiece(new Map(Object.entries(file.model.vocab)));
  }

  /** The tokens of a text for a model, at most `maxTokens` with the two that frame it. */
  encode(text: string, maxTokens: number): Tokens {
    const ids = [CLS];
    for (const id of this.#tokens(text)) {
      if (ids.length === maxTokens - 1) return { ids: [...ids, SEP], cut: true };
      ids.push(id);
    }
    return { ids: [...ids, SEP], cut: false };
  }

  /** How many tokens a text has, without the frame; counting stops at `most`. */
  count(text: string, most = Infinity): number {
    let count = 0;
    for (const _ of this.#tokens(text)) if (++count >= most) break;
    return count;
  }

  *#tokens(text: string): Generator<number> {
    for (let from = 0; from < text.length; from += SLICE_CHARS) {
      for (const [word] of normalise(text.slice(from, from + SLICE_CHARS)).matchAll(PIECES)) {
        yield* this.#pieces(word);
      }
    }
  }

  #pieces(word: string): number[] {
    const whole = this.#vocabulary.get(word);
    if (whole !== undefined) return [whole];
    const characters = [...word];
    if (characters.length > MAX_WORD_CHARS) return [UNKNOWN];
    const pieces: number[] = [];
    let from = 0;
    while (from < characters.length) {
      let to = characters.length;
      let piece: number | undefined;
      for (; to > from; to--) {
        piece = this.#vocabulary.get((from === 0 ? '' : '##') + characters.slice(from, to).join(''));
        if (piece !== undefined) break;
      }
      if (piece === undefined) return [UNKNOWN];
      pieces.push(piece);
      from = to;
    }
    return pieces;
  }
}

function normalise(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu, (control) => (/\s/.test(control) ? ' ' : ''))
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
}
