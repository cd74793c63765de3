import type { Span } from '../span.ts';
import { ARTICLES, PARTICLES, PLACE_HEADS, TITLES } from './cues.ts';
import { EvidenceReader } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { isNameShaped, type Token } from './tokens.ts';

/** Further words of a name after its first. */
const MORE = 3;

interface Found {
  readonly first: number;
  readonly last: number;
}

/** One reading of a text: its words, and where they are names. */
export class NameReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #evidence: EvidenceReader;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#evidence = new EvidenceReader(text, tokens);
  }

  read(): Span[] {
    const spans: Span[] = [];
    for (let index = 0; index < this.#tokens.length; ) {
      const found = this.#nameAt(index);
      const first = found && this.#tokens[found.first];
      const last = found && this.#tokens[found.last];
      if (found && first && last) spans.push({ start: first.start, end: last.end, kind: 'PERSON' });
      index = found ? found.last + 1 : index + 1;
    }
    return spans;
  }

  #nameAt(index: number): Found | undefined {
    const token = this.#tokens[index];
    if (!token || TITLES.has(token.lower) || (ARTICLES.has(token.lower) && token.capital)) return undefined;
    if (!token.capital) return this.#lowerCaseName(index, token);
    const evidence = this.#evidence.before(index, token);
    const reversed = this.#familyFirst(index, token, evidence);
    if (reversed) return reversed;
    const last = this.#extent(index, token, evidence);
    if (last === undefined || this.#evidence.isFirmOrPlace(index, last, evidence)) return undefined;
    return { first: index, last };
  }

  /** The last word of the name that begins here; undefined where none does. */
  #extent(index: number, token: Token, evidence: Evidence): number | undefined {
    const next = this.#nextOf(index);
    const second = next === undefined ? undefined : this.#tokens[next];
    if (evidence === 'certain') return this.#grow(index);
    if (evidence === 'strong') return !token.ordinary || token.given || (token.family && second && !second.ordinary) ? this.#grow(index) : undefined;
    if (token.initial) {
      const last = this.#text[token.end] === '.' ? this.#grow(index) : index;
      const tail = this.#tokens[last];
      return tail && !tail.initial && tail.familyLike && !tail.ordinary ? last : undefined;
    }
    if (PLACE_HEADS.has(token.lower)) return undefined;
    if (token.given && !token.ordinary) {
      const last = this.#grow(index);
      return last === index && token.allCaps && token.text.length < 5 && evidence === 'none' ? undefined : last;
    }
    if (evidence === 'weak' && !token.ordinary && !(token.allCaps && !token.family)) return this.#grow(index);
    if (token.foreign && !token.ordinary && !token.allCaps && isNameShaped(token)) return this.#grow(index);
    if (!second || second.ordinary || second.initial || token.allCaps) return undefined;
    if (evidence === 'field') return token.ordinary ? undefined : this.#grow(index);
    // "Mark Johnson", "Grace Okafor": a word that is also a name, before one that can be nothing else.
    if (token.given) return second.familyLike ? this.#grow(index) : undefined;
    if (token.ordinary) return undefined;
    if (this.#hasArticle(index)) return undefined;
    return second.familyLike || second.given || token.familyLike || (isNameShaped(token) && isNameShaped(second)) ? this.#grow(index) : undefined;
  }

  /** "the Eiffel Tower", "der Norddeutsche Rundfunk". */
  #hasArticle(index: number): boolean {
    return ARTICLES.has(this.#tokens[index - 1]?.lower ?? '');
  }

  /** Takes further words, as long as they can be parts of the name. */
  #grow(index: number): number {
    let last = index;
    for (let taken = 0; taken < MORE; taken += 1) {
      const next = this.#nextOf(last);
      const token = next === undefined ? undefined : this.#tokens[next];
      if (next === undefined || !token || TITLES.has(token.lower)) break;
      // "Anna Brown": a word that is also a family name, once, in letters of the same size.
      const isParticle = PARTICLES.has(token.lower) && this.#nextOf(next) !== undefined;
      const isName = !token.ordinary || isParticle || (taken === 0 && (token.family || token.given) && !token.allCaps);
      if (!isName || (token.initial && this.#text[token.end] !== '.' && this.#text[token.end] !== ' ')) break;
      last = next;
    }
    return last;
  }

  /** The next capital word of the same run: one space, an initial's dot, particles in between. */
  #nextOf(index: number): number | undefined {
    let previous = this.#tokens[index];
    for (let next = index + 1; next <= index + 3; next += 1) {
      const token = this.#tokens[next];
      if (!previous || !token) return undefined;
      const gap = this.#text.slice(previous.end, token.start);
      if (gap !== ' ' && !(gap === '. ' && (previous.initial || TITLES.has(previous.lower)))) return undefined;
      if (token.capital) return next;
      if (!PARTICLES.has(token.lower)) return undefined;
      previous = token;
    }
    return undefined;
  }

  /** "Müller, Anna". */
  #familyFirst(index: number, token: Token, evidence: Evidence): Found | undefined {
    const next = this.#tokens[index + 1];
    if (!next?.capital || !next.given || next.ordinary || token.initial || token.given || token.ordinary) return undefined;
    const reversed = this.#text.slice(token.end, next.start) === ', ' && (token.familyLike || evidence !== 'none');
    return reversed ? { first: index, last: index + 1 } : undefined;
  }

  /** "my name is anna meyer", typed in haste; "Frau von Bülow". */
  #lowerCaseName(index: number, token: Token): Found | undefined {
    const isParticle = PARTICLES.has(token.lower);
    if (!isParticle && (!token.given || token.ordinary)) return undefined;
    const evidence = this.#evidence.before(index, token);
    if (isParticle) {
      const next = evidence === 'certain' || evidence === 'strong' ? this.#nextOf(index) : undefined;
      return next === undefined ? undefined : { first: index, last: this.#grow(next) };
    }
    if (!this.#evidence.isNamed(token)) return undefined;
    const next = this.#tokens[index + 1];
    const follows = next && this.#text.slice(token.end, next.start) === ' ' && (next.family || next.given) && !next.ordinary;
    return { first: index, last: follows ? index + 1 : index };
  }
}
