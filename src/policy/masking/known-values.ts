import { MaskingError } from './errors.ts';
import type { MaskKind } from './kinds.ts';
import { lexicon } from './person/lexicon.ts';
import type { Span } from './span.ts';
import { WordIndex } from './words.ts';

/** Shorter values say too little by themselves: a `7` that a pattern found once is not looked for again. */
const MIN_LENGTH = 4;
const MIN_NAME_PART = 3;
/** Longer ones (keys of many lines) have a form of their own and are found by it. */
const MAX_LENGTH = 256;

/**
 * Values that were found before in this conversation. What a detector found by the words around it is found again
 * without them, whole words only. Of a name its parts count as well: "Meyer" after "Anna Meyer".
 */
export class KnownValues {
  readonly #index = new WordIndex({ ignoreCase: false });
  readonly #seen = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  learn(value: string, kind: MaskKind): void {
    if (value.length > MAX_LENGTH || this.#seen.has(value)) return;
    if (this.#seen.size >= this.#max) throw new MaskingError('overload', 'There are too many values to mask.');
    this.#seen.add(value);
    if (kind === 'PERSON') this.#learnName(value);
    else if (value.length >= MIN_LENGTH) this.#index.add(value, kind);
  }

  find(text: string): Span[] {
    return this.#index.find(text);
  }

  #learnName(name: string): void {
    if (name.length >= MIN_NAME_PART) this.#index.add(name, 'PERSON');
    for (const part of name.split(/[ ,.]+/)) {
      if (part.length >= MIN_NAME_PART && /^\p{Lu}/u.test(part) && !lexicon().ordinary.has(part.toLowerCase())) this.#index.add(part, 'PERSON');
    }
  }
}
