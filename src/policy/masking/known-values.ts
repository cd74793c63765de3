import { MaskingError } from './errors.ts';
import type { MaskKind } from './kinds.ts';
import { lexicon } from './person/lexicon.ts';
import type { Span } from './span.ts';
import { WordIndex } from './words.ts';

/** Shorter values say too little by themselves: a `7` that a pattern found once is not looked for again. */
const MIN_LENGTH = 4;
const MIN_NAME_PART = 3;
/** Values that are looked for one by one. */
const FEW = 8;
/** Longer ones (keys of many lines) have a form of their own and are found by it. */
const MAX_LENGTH = 256;

/**
 * Values that were found before in this conversation. What a detector found by the words around it is found again
 * without them, whole words only. Of a name its parts count as well: "Meyer" after "Anna Meyer".
 */
export class KnownValues {
  readonly #seen = new Set<string>();
  /** A few are looked for one by one in less time than the words of a text are read. */
  readonly #phrases: { value: string; kind: MaskKind }[] = [];
  /** Made when they are too many for that, or stand where no detector found them. */
  #index: WordIndex | null = null;
  #indexed = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  learn(value: string, kind: MaskKind): void {
    if (value.length > MAX_LENGTH || this.#seen.has(value)) return;
    if (this.#seen.size >= this.#max) throw new MaskingError('overload', 'There are too many values to mask.');
    this.#seen.add(value);
    if (kind === 'PERSON') this.#learnName(value);
    else if (value.length >= MIN_LENGTH) this.#phrases.push({ value, kind });
  }

  /** @param found what detectors have found in the text; where that is all there is, the result may leave it out */
  find(text: string, found: readonly Span[]): Span[] {
    if (this.#phrases.length === 0) return [];
    if (this.#phrases.length <= FEW) {
      const sorted = found.toSorted((a, b) => a.start - b.start);
      if (this.#phrases.every((phrase) => isAll(phrase, text, sorted))) return [];
    }
    this.#index ??= new WordIndex({ ignoreCase: false });
    for (; this.#indexed < this.#phrases.length; this.#indexed++) {
      const phrase = this.#phrases[this.#indexed];
      if (phrase !== undefined) this.#index.add(phrase.value, phrase.kind);
    }
    return this.#index.find(text);
  }

  #learnName(name: string): void {
    if (name.length >= MIN_NAME_PART) this.#phrases.push({ value: name, kind: 'PERSON' });
    for (const part of name.split(/[ ,.]+/)) {
      if (part.length >= MIN_NAME_PART && /^\p{Lu}/u.test(part) && !lexicon().ordinary.has(part.toLowerCase())) this.#phrases.push({ value: part, kind: 'PERSON' });
    }
  }
}

/**
 * Whether a value stands nowhere in a text but within finds of its kind: to find it once more would change nothing.
 * Linear: places and finds are gone through side by side.
 */
function isAll({ value, kind }: { value: string; kind: MaskKind }, text: string, sorted: readonly Span[]): boolean {
  let next = 0;
  let reach = 0;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    for (let span = sorted[next]; span && span.start <= at; span = sorted[next]) {
      if (span.kind === kind) reach = Math.max(reach, span.end);
      next += 1;
    }
    if (reach < at + value.length) return false;
  }
  return true;
}
