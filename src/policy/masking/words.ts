import type { MaskKind } from './kinds.ts';
import type { Span } from './span.ts';

/** One step in a phrase: by what comes between two words, and the next word. */
interface Node {
  readonly next: Map<string, Node>;
  /** The phrases that end here, by what stands before their first word and behind their last. */
  readonly ends: { readonly prefix: string; readonly suffix: string; readonly kind: MaskKind }[];
}

interface Word {
  readonly start: number;
  readonly end: number;
}

// Letters and digits of any script are one word. Bounded, for the linear scan; longer ones are several steps.
const WORD = /[\p{L}\p{M}\p{N}]{1,64}/gu;
const WORD_UNIT = /[\p{L}\p{M}\p{N}]/u;
/** UTF-16 units between two words of one phrase. */
const MAX_GAP = 64;

/**
 * Finds whole words and phrases in a text, as many as are known, in one pass: a trie over words. The work at one
 * place is as long as the longest phrase that begins there.
 */
export class WordIndex {
  readonly #roots = new Map<string, Node>();
  readonly #ignoreCase: boolean;

  constructor(options: { ignoreCase: boolean }) {
    this.#ignoreCase = options.ignoreCase;
  }

  /** Adds a value; one without letters and digits cannot be a word and is left out. */
  add(value: string, kind: MaskKind): void {
    const folded = this.#fold(value);
    const words = wordsOf(folded);
    const [first] = words;
    const last = words.at(-1);
    if (!first || !last) return;
    let node = childOf(this.#roots, folded.slice(first.start, first.end));
    for (let index = 1; index < words.length; index += 1) {
      node = childOf(node.next, folded.slice(words[index - 1]?.end, words[index]?.end));
    }
    const [prefix, suffix] = [folded.slice(0, first.start), folded.slice(last.end)];
    if (!node.ends.some((end) => end.prefix === prefix && end.suffix === suffix)) node.ends.push({ prefix, suffix, kind });
  }

  /** The longest phrase at each place; none overlap. */
  find(text: string): Span[] {
    const spans: Span[] = [];
    if (this.#roots.size === 0) return spans;
    const folded = this.#fold(text);
    const words = wordsOf(folded);
    let covered = 0;
    for (const [index, word] of words.entries()) {
      if (word.start < covered) continue;
      const span = this.#longestAt(folded, words, index);
      if (!span) continue;
      spans.push(span);
      covered = span.end;
    }
    return spans;
  }

  #longestAt(text: string, words: readonly Word[], index: number): Span | undefined {
    const first = words[index];
    if (!first) return undefined;
    let last = first;
    let node = this.#roots.get(text.slice(first.start, first.end));
    let longest: Span | undefined;
    for (let next = index + 1; node; next += 1) {
      for (const { prefix, suffix, kind } of node.ends) {
        const [start, end] = [first.start - prefix.length, last.end + suffix.length];
        if (longest && longest.end - longest.start >= end - start) continue;
        if (start < 0 || !text.startsWith(prefix, start) || !text.startsWith(suffix, last.end) || !isWhole(text, start, end)) continue;
        longest = { start, end, kind };
      }
      const word = words[next];
      if (!word || word.start - last.end > MAX_GAP) break;
      node = node.next.get(text.slice(last.end, word.end));
      last = word;
    }
    return longest;
  }

  /** Lower case unit by unit, so that no offset moves (`İ` alone would grow). */
  #fold(text: string): string {
    if (!this.#ignoreCase) return text;
    const lower = text.toLowerCase();
    return lower.length === text.length ? lower : text.replace(/./gsu, (unit) => (unit.toLowerCase().length === unit.length ? unit.toLowerCase() : unit));
  }
}

function childOf(children: Map<string, Node>, key: string): Node {
  const child = children.get(key) ?? { next: new Map<string, Node>(), ends: [] };
  children.set(key, child);
  return child;
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(WORD)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
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
