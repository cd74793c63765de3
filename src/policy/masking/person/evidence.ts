import {
  ADDRESSED, ARTICLES, BARE_NAME_FIELD, DEEDS, FIRMS, FORMS_OF_ADDRESS, INTRODUCED, LINE_HEAD, MENTIONED, NAMED, NAME_FIELD, PERSON_FIELD, PLACE_BEFORE, PLACE_HEADS, ROLES,
  SIGNED_OFF, SPEAKER_TAIL, SPOKEN_DEEDS, SPOKEN_TO, TITLES,
} from './cues.ts';
import { isNameShaped, type Token } from './tokens.ts';

/**
 * How much the surroundings say for a name.
 * - `certain`: whatever stands here is one ("Frau ...", `"lastName": "..."`);
 * - `strong`: whatever is no ordinary word;
 * - `weak`: whatever is no ordinary word, and not shouted;
 * - `field`: two such words together;
 * - `none`: only words that are known as names.
 */
export type Evidence = 'certain' | 'strong' | 'weak' | 'field' | 'none';

// Read backwards from a word, as the cues are.
const SPEAKS_OF_ONESELF = /(?<=\b(?:i am|i'm|this is|ich bin|hier ist) )/iy;
const SENTENCE_START = /(?<=(?:^|[.!?\n:>] {0,2}))/y;
const TIME_BEFORE = /(?<=\d[^\n]{0,6})/y;
const WORD_BEFORE = /(?<=[\p{L}\d_/@.#-])/uy;
const HANDLE_BEFORE = /(?<=(?:^|\s)@)/y;

/** What stands around the words of one text. */
export class EvidenceReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #isChat: boolean;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#isChat = isChat(text, tokens);
  }

  before(index: number, token: Token): Evidence {
    const previous = this.#tokens[index - 1];
    const gap = previous ? this.#text.slice(previous.end, token.start) : '';
    if (previous && TITLES.has(previous.lower) && /^\.? $/.test(gap) && previous.text !== 'fr' && previous.text !== 'ing') {
      return FORMS_OF_ADDRESS.has(previous.lower) && previous.capital ? 'certain' : 'strong';
    }
    if (this.#follows(NAME_FIELD, token)) return 'certain';
    if (this.#follows(NAMED, token) || this.#follows(SIGNED_OFF, token)) return 'strong';
    if (this.#follows(INTRODUCED, token)) return 'weak';
    if (this.#follows(PERSON_FIELD, token)) return this.#follows(BARE_NAME_FIELD, token) ? 'field' : 'strong';
    if (previous && ROLES.has(previous.lower) && gap === ' ') return 'weak';
    if (this.#isSpeaker(index, token) || this.#hasDone(index, token)) return 'weak';
    if (this.#isBesideName(index, token, gap)) return 'weak';
    if (isNameShaped(token) && (this.#follows(SPOKEN_TO, token) || this.#isAddressed(token))) return 'weak';
    return this.#follows(MENTIONED, token) ? 'field' : 'none';
  }

  isNamed(token: Token): boolean {
    return this.#follows(NAMED, token) || this.#follows(SPEAKS_OF_ONESELF, token);
  }

  /** Whether the words `first` to `last` are part of a firm, a place, an address or a longer word. */
  isFirmOrPlace(first: number, last: number, evidence: Evidence): boolean {
    const head = this.#tokens[first];
    const tail = this.#tokens[last];
    if (!head || !tail) return true;
    const next = this.#tokens[last + 1];
    const gap = next ? this.#text.slice(tail.end, next.start) : '';
    if (next?.capital && FIRMS.has(next.lower) && (gap === ' ' || gap === ' & ' || gap === ', ')) return true;
    if (next?.lower === 'and' && FIRMS.has(this.#tokens[last + 2]?.lower ?? '')) return true;
    const after = this.#text.slice(tail.end, tail.end + 4);
    if (/^ (?:&|\+) \p{Lu}|^(?:[a-z\d_/@]|-\p{L}|\.\p{L})/u.test(after)) return true;
    if (this.#follows(WORD_BEFORE, head)) return !this.#follows(HANDLE_BEFORE, head);
    if (evidence !== 'none') return false;
    if ((first === last || !head.given) && this.#follows(PLACE_BEFORE, head)) return true;
    const previous = this.#tokens[first - 1];
    return previous !== undefined && previous.capital && PLACE_HEADS.has(previous.lower) && this.#text.slice(previous.end, head.start) === ' ';
  }

  /** Whether a cue ends where a word begins: the cues are sticky, and look back from there. */
  #follows(cue: RegExp, { start }: Token): boolean {
    cue.lastIndex = start;
    return cue.test(this.#text);
  }

  /** "Deonte: hello", "[10:32] Deonte Smith: hello", "Deonte (10:32)". */
  #isSpeaker(index: number, head: Token): boolean {
    if (!this.#follows(LINE_HEAD, head)) return false;
    const hasTime = this.#follows(TIME_BEFORE, head);
    for (let last = index; last <= index + 2; last += 1) {
      const token = this.#tokens[last];
      const previous = this.#tokens[last - 1];
      if (!token?.capital || token.ordinary) return false;
      if (last > index && previous && this.#text.slice(previous.end, token.start) !== ' ') return false;
      const after = this.#text.slice(token.end, token.end + 24);
      if (SPEAKER_TAIL.test(after)) return token.family || token.given || hasTime || this.#isChat || last > index || /^ [([]/.test(after);
    }
    return false;
  }

  /** "Deonte, can you look at it?", at the start of a sentence. */
  #isAddressed(token: Token): boolean {
    return this.#follows(SENTENCE_START, token) && ADDRESSED.test(this.#text.slice(token.end, token.end + 16));
  }

  /** "Leroy and Deonte": short, and joined to a name that is known. */
  #isBesideName(index: number, token: Token, gap: string): boolean {
    const joint = this.#tokens[index - 1];
    const other = this.#tokens[index - 2];
    if (gap !== ' ' || !other?.capital || !other.given || other.ordinary || token.text.length > 9) return false;
    return (joint?.lower === 'and' || joint?.lower === 'und') && this.#text.slice(other.end, joint.start) === ' ';
  }

  /** "Deonte left", "Deonte Smith wrote": at the start of a sentence, or two words that go together. */
  #hasDone(index: number, token: Token): boolean {
    if (ARTICLES.has(this.#tokens[index - 1]?.lower ?? '')) return false;
    let tail = token;
    for (let next = index + 1; next <= index + 2; next += 1) {
      const word = this.#tokens[next];
      if (!word || this.#text.slice(tail.end, word.start) !== ' ') return false;
      if (!word.capital) return DEEDS.has(word.lower) && (token.familyLike || next > index + 1 || (SPOKEN_DEEDS.has(word.lower) && isNameShaped(token)));
      if (word.ordinary || word.allCaps) return false;
      tail = word;
    }
    return false;
  }
}

/**
 * Two lines or more begin like a speaker's, so that a word alone before a colon may be a name: one of them is a name
 * that is known, or none of them is a word that is (in a list of fields they all are).
 */
function isChat(text: string, tokens: readonly Token[]): boolean {
  const heads = new Set([...text.matchAll(/^[ \t>*-]{0,4}(?=\p{Lu}[\p{L}\p{M}]{1,20}: \S)/gmu)].map((match) => match.index + match[0].length));
  if (heads.size < 2) return false;
  const speakers = tokens.filter((token) => heads.has(token.start));
  return speakers.some((token) => token.given && !token.ordinary) || (speakers.length > 1 && speakers.every((token) => !token.ordinary && isNameShaped(token)));
}
