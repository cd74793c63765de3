import type { Span } from '../span.ts';
import { BARE_NAME_FIELD, DEEDS, FIRMS, INTRODUCED, LINE_HEAD, NAMED, PARTICLES, PERSON_FIELD, PLACE_HEADS, ROLES, SIGNED_OFF, SPEAKER_TAIL, TITLES } from './cues.ts';
import type { Token } from './tokens.ts';

/** How much stands for a name here. */
const EVIDENCE = { none: 0, weak: 1, strong: 2 } as const;
type Evidence = (typeof EVIDENCE)[keyof typeof EVIDENCE];

/** One reading of a text: its tokens, and where names were found. */
export class NameReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  /** Runs of capital words, and what of them is a name. */
  read(): Span[] {
    const spans: Span[] = [];
    for (let index = 0; index < this.#tokens.length; ) {
      const found = this.#nameAt(index);
      if (!found) {
        index += 1;
        continue;
      }
      spans.push({ start: this.#at(found.first)?.start ?? 0, end: this.#at(found.last)?.end ?? 0, kind: 'PERSON' });
      index = found.last + 1;
    }
    return spans;
  }

  #at(index: number): Token | undefined {
    return this.#tokens[index];
  }

  #nameAt(index: number): { first: number; last: number } | undefined {
    const token = this.#at(index);
    if (!token) return undefined;
    const evidence = this.#evidenceBefore(index, token);
    if (!token.capital) return evidence === EVIDENCE.strong ? this.#lowerCaseName(index, token) : undefined;
    if (TITLES.has(token.lower)) return undefined;
    const reversed = this.#familyFirst(index, token);
    if (reversed) return reversed;
    const last = this.#extent(index, token, evidence);
    if (last === undefined) return undefined;
    return this.#isFirmOrPlace(index, last, evidence) ? undefined : { first: index, last };
  }

  /** The last token of the name that begins here; undefined where none does. */
  #extent(index: number, token: Token, evidence: Evidence): number | undefined {
    const next = this.#nextOf(index);
    const second = next === undefined ? undefined : this.#at(next);
    const known = token.given && !token.ordinary;
    if (evidence === EVIDENCE.strong) {
      if (token.ordinary && !token.given && !token.family) return undefined;
      if (token.ordinary && !(second && isNameLike(second)) && !token.given) return undefined;
      return this.#grow(index, 3);
    }
    if (token.initial) return second && !second.initial && second.family && !second.ordinary && this.#isInitial(token) ? this.#grow(index, 3) : undefined;
    if (known) {
      const last = this.#grow(index, 3);
      if (last > index) return last;
      return token.allCaps && token.text.length < 5 && evidence === EVIDENCE.none ? undefined : last;
    }
    if (evidence === EVIDENCE.weak && !token.ordinary && !isShouted(token)) return this.#grow(index, 3);
    if (!second || second.ordinary || second.initial || token.allCaps) return undefined;
    // "Mark Johnson", "Grace Okafor": a word that is also a name, before one that can be nothing else.
    if (token.given) return second.family || !second.given ? this.#grow(index, 3) : undefined;
    if (token.ordinary) return undefined;
    return second.family || second.given || (token.family && this.#isMidSentence(index)) ? this.#grow(index, 3) : undefined;
  }

  /** Takes up to `more` further tokens, as long as they can be parts of the name. */
  #grow(index: number, more: number): number {
    let last = index;
    for (let taken = 0; taken < more; taken += 1) {
      const next = this.#nextOf(last);
      const token = next === undefined ? undefined : this.#at(next);
      if (next === undefined || !token) break;
      const isCommon = token.ordinary && !(token.family && !token.given && taken === 0 && !this.#at(index)?.allCaps);
      if (isCommon || (FIRMS.has(token.lower) && !token.family) || TITLES.has(token.lower)) break;
      if (token.initial && !this.#isInitial(token)) break;
      last = next;
    }
    return last;
  }

  /** The next capital token of the same run: one space, an initial's dot, particles in between. */
  #nextOf(index: number): number | undefined {
    let previous = this.#at(index);
    for (let next = index + 1; next <= index + 3; next += 1) {
      const token = this.#at(next);
      if (!previous || !token) return undefined;
      const gap = this.#text.slice(previous.end, token.start);
      if (gap !== ' ' && !(gap === '. ' && (previous.initial || TITLES.has(previous.lower)))) return undefined;
      if (token.capital && !(PARTICLES.has(token.lower) && token.lower.length > 1 && !token.allCaps)) return next;
      if (!PARTICLES.has(token.lower)) return undefined;
      previous = token;
    }
    return undefined;
  }

  #isInitial(token: Token): boolean {
    return this.#text[token.end] === '.' || this.#text[token.end] === ' ';
  }

  /** "Müller, Anna". */
  #familyFirst(index: number, token: Token): { first: number; last: number } | undefined {
    const next = this.#at(index + 1);
    if (!next || token.initial || token.given || token.ordinary || !next.capital || !next.given || next.ordinary) return undefined;
    return this.#text.slice(token.end, next.start) === ', ' && (token.family || this.#evidenceBefore(index, token) > 0)
      ? { first: index, last: index + 1 }
      : undefined;
  }

  /** "my name is anna meyer", typed in haste. */
  #lowerCaseName(index: number, token: Token): { first: number; last: number } | undefined {
    if (!NAMED.test(this.#before(token)) || !token.given || token.ordinary) return undefined;
    const next = this.#at(index + 1);
    const follows = next && this.#text.slice(token.end, next.start) === ' ' && (next.family || next.given) && !next.ordinary;
    return { first: index, last: follows ? index + 1 : index };
  }

  #evidenceBefore(index: number, token: Token): Evidence {
    const previous = this.#at(index - 1);
    const gap = previous ? this.#text.slice(previous.end, token.start) : '';
    if (previous && TITLES.has(previous.lower) && /^\.? $/.test(gap) && previous.text !== 'fr' && previous.text !== 'ing') return EVIDENCE.strong;
    const before = this.#before(token);
    if (NAMED.test(before)) return EVIDENCE.strong;
    if (SIGNED_OFF.test(before)) return isEndOfLine(this.#text, token.end) ? EVIDENCE.strong : EVIDENCE.weak;
    if (INTRODUCED.test(before)) return EVIDENCE.weak;
    if (PERSON_FIELD.test(before)) return BARE_NAME_FIELD.test(before) ? EVIDENCE.none : EVIDENCE.strong;
    if (previous && ROLES.has(previous.lower) && gap === ' ') return EVIDENCE.weak;
    if (this.#isSpeaker(before, index)) return EVIDENCE.weak;
    const next = this.#at(index + 1);
    return next && DEEDS.has(next.lower) && !next.capital && this.#text.slice(token.end, next.start) === ' ' ? EVIDENCE.weak : EVIDENCE.none;
  }

  #isSpeaker(before: string, index: number): boolean {
    if (!LINE_HEAD.test(before)) return false;
    for (let last = index; last <= index + 2; last += 1) {
      const token = this.#at(last);
      if (!token?.capital || token.ordinary) return false;
      if (SPEAKER_TAIL.test(this.#text.slice(token.end, token.end + 24))) return token.family || token.given || last > index;
    }
    return false;
  }

  #before(token: Token): string {
    return this.#text.slice(Math.max(0, token.start - 56), token.start);
  }

  #isMidSentence(index: number): boolean {
    const token = this.#at(index);
    return token !== undefined && /[\p{Ll},;] $/u.test(this.#text.slice(Math.max(0, token.start - 2), token.start));
  }

  #isFirmOrPlace(first: number, last: number, evidence: Evidence): boolean {
    const head = this.#at(first);
    const tail = this.#at(last);
    const next = this.#at(last + 1);
    if (tail && next && next.capital && FIRMS.has(next.lower)) {
      const gap = this.#text.slice(tail.end, next.start);
      if (gap === ' ' || gap === ' & ' || gap === ', ') return true;
    }
    if (tail && next && next.lower === 'and' && FIRMS.has(this.#at(last + 2)?.lower ?? '')) return true;
    if (tail && /^ (?:&|\+) \p{Lu}|^(?:[a-z\d_/@]|-\p{L}|\.\p{L})/u.test(this.#text.slice(tail.end, tail.end + 4))) return true;
    if (head && /[\p{L}\d_/@.#-]$/u.test(this.#text.slice(Math.max(0, head.start - 1), head.start))) return !/(?:^|\s)@$/.test(this.#before(head));
    const previous = this.#at(first - 1);
    return (
      evidence !== EVIDENCE.strong && previous !== undefined && head !== undefined && previous.capital &&
      PLACE_HEADS.has(previous.lower) && this.#text.slice(previous.end, head.start) === ' '
    );
  }
}

function isNameLike(token: Token): boolean {
  return token.given || token.family || !token.ordinary;
}

function isShouted(token: Token): boolean {
  return token.allCaps && !token.given && !token.family;
}

function isEndOfLine(text: string, at: number): boolean {
  return /^[^\n]{0,40}(?:\n|$)/.test(text.slice(at, at + 42));
}
