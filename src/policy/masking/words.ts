import type { MaskKind } from './kinds.ts';
import type { Span } from './span.ts';

interface Entry {
  readonly value: string;
  /** Where the first word of the value begins in it. */
  readonly offset: number;
  readonly kind: MaskKind;
}

// Letters and digits of any script are one word; so is what joins them. Bounded, for the linear scan.
const WORD = /[\p{L}\p{M}\p{N}]{1,64}/gu;
const WORD_UNIT = /[\p{L}\p{M}\p{N}]/u;
/** How many entries may begin with the same word before the index refuses: bounds the work at one place of a text. */
const MAX_SAME_HEAD = 2000;

/**
 * Finds whole words and phrases in a text, as many as are known, in one pass: each word of the text is looked up
 * as the beginning of a phrase.
 */
export class WordIndex {
  readonly #heads = new Map<string, Entry[]>();
  readonly #ignoreCase: boolean;

  constructor(options: { ignoreCase: boolean }) {
    this.#ignoreCase = options.ignoreCase;
  }

  get isEmpty(): boolean {
    return this.#heads.size === 0;
  }

  /** Adds a value; one without letters and digits cannot be a word and is left out. Longer values are tried first. */
  add(value: string, kind: MaskKind): void {
    const folded = this.#fold(value);
    WORD.lastIndex = 0;
    const head = WORD.exec(folded);
    if (!head) return;
    const entries = this.#heads.get(head[0]) ?? [];
    if (entries.length >= MAX_SAME_HEAD || entries.some((entry) => entry.value === folded)) return;
    entries.push({ value: folded, offset: head.index, kind });
    entries.sort((a, b) => b.value.length - a.value.length);
    this.#heads.set(head[0], entries);
  }

  find(text: string): Span[] {
    const spans: Span[] = [];
    if (this.isEmpty) return spans;
    const folded = this.#fold(text);
    WORD.lastIndex = 0;
    for (let word = WORD.exec(folded); word; word = WORD.exec(folded)) {
      for (const entry of this.#heads.get(word[0]) ?? []) {
        const start = word.index - entry.offset;
        const end = start + entry.value.length;
        if (start < 0 || !folded.startsWith(entry.value, start) || !isWhole(folded, start, end)) continue;
        spans.push({ start, end, kind: entry.kind });
        WORD.lastIndex = Math.max(WORD.lastIndex, end);
        break;
      }
    }
    return spans;
  }

  /** Lower case unit by unit, so that no offset moves (`İ` alone would grow). */
  #fold(text: string): string {
    if (!this.#ignoreCase) return text;
    const lower = text.toLowerCase();
    return lower.length === text.length ? lower : text.replace(/./gsu, (unit) => (unit.toLowerCase().length === unit.length ? unit.toLowerCase() : unit));
  }
}

function isWhole(text: string, start: number, end: number): boolean {
  return !(isWordAt(text, start - 1) && isWordAt(text, start)) && !(isWordAt(text, end - 1) && isWordAt(text, end));
}

function isWordAt(text: string, index: number): boolean {
  if (index < 0 || index >= text.length) return false;
  const unit = text.charCodeAt(index);
  // Beyond the BMP: half of a pair counts with its other half.
  if (unit >= 0xdc00 && unit <= 0xdfff) return WORD_UNIT.test(text.slice(index - 1, index + 1));
  return WORD_UNIT.test(String.fromCodePoint(text.codePointAt(index) ?? 0));
}
