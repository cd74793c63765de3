/**
 * Valence of a text by a lexicon and rules: negation, intensifiers, capitals, exclamation marks, contrast.
 * The rules and their constants are those of VADER (Hutto & Gilbert, ICWSM 2014); words that negate after the verb
 * (German), valences of their own for negated words, phrases, idioms and ironic openers are added.
 */
import { BLAME, type Idiom, markIdioms, PRAISE } from './idioms.ts';

export interface LexiconPack {
  /** Spells a word as the lexicon does. */
  fold: (word: string) => string;
  entry: (folded: string) => Valence | undefined;
  /** The longest phrase in words that the lexicon has. */
  longestPhrase: number;
  negations: ReadonlySet<string>;
  /** Words that strengthen (above 0) or weaken (below 0) the next sentiment word. */
  boosters: ReadonlyMap<string, number>;
  contrasts: ReadonlySet<string>;
  /** Those that may follow what they negate: "funktioniert nicht". */
  negationsAfter: ReadonlySet<string>;
  /** Words that begin a new clause, into which no negation reaches. */
  conjunctions: ReadonlySet<string>;
  /** Praise that opens a text ironically when trouble follows. */
  ironicOpener: RegExp;
  /** Trouble that follows such an opener. */
  ironicTrouble: RegExp;
  idioms: readonly Idiom[];
  /** Words of what was feared or expected: what follows a "but" then does not stand beside it, it takes its place. */
  expectation: RegExp;
}

export interface Valence {
  plain: number;
  negated: number;
}

/** What the rules saw. All sums are 0 or more. */
export interface ValenceSums {
  positive: number;
  negative: number;
  /** -1 to 1. */
  compound: number;
  hits: number;
  negations: number;
  contrast: boolean;
  irony: boolean;
  idioms: number;
  /** Praise on one side of a "but", blame on the other. */
  opposed: boolean;
}

const IDIOM = 2.8;
/** Valence that a side of a "but" needs to count as praise or blame. */
const SIDE = 1;
const CAPITALS = 0.733;
const EXCLAMATION = 0.292;
const QUESTION = 0.4;
/** VADER's `alpha`: about the largest sum that is expected. */
const ALPHA = 15;
/** How much of a booster is left one, two and three words away. */
const DAMPING = [1, 0.95, 0.9];
const SCOPE_BEFORE = 4;
const SCOPE_AFTER = 3;
const WORDS = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[:;]-?[()D]|[.,;:!?\n]|\p{Extended_Pictographic}|[\uE000\uE001]/gu;
const CLAUSE_END = /^[.,;:!?\n]$/;

interface Hit {
  at: number;
  valence: number;
  negated: boolean;
}

/** Weighs a text; longer than 10,000 characters, only its beginning. */
export function weigh(whole: string, pack: LexiconPack): ValenceSums {
  const text = markIdioms(whole.slice(0, 10_000), pack.idioms, (word) => pack.entry(pack.fold(word))?.plain ?? 0);
  const words = text.match(WORDS) ?? [];
  const folded = words.map((word) => pack.fold(word));
  const shouting = words.some(isCapital) && !words.every((word) => isCapital(word) || !/\p{L}/u.test(word));
  const hits: Hit[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = folded[at];
    if (word === PRAISE || word === BLAME) {
      hits.push({ at, valence: word === PRAISE ? IDIOM : -IDIOM, negated: false });
      continue;
    }
    const found = longestEntry(folded, at, pack);
    if (found === undefined) continue;
    const negated = isNegated(folded, at, at + found.length, pack);
    let valence = negated ? found.valence.negated : found.valence.plain;
    if (valence !== 0) {
      const sign = Math.sign(valence);
      if (shouting && isCapital(words[at] ?? '')) valence += sign * CAPITALS;
      if (!negated) valence += sign * boost(folded, at, pack);
      hits.push({ at, valence, negated });
    }
    at += found.length - 1;
  }
  weighQuestions(folded, hits);
  const opposed = isOpposed(text, folded, hits, pack);
  weighContrast(folded, hits, pack);
  const irony = turnIrony(text, hits, words, pack);
  return { ...sum(hits, folded, text, pack), irony, opposed: opposed && !irony };
}

function sum(hits: readonly Hit[], folded: readonly string[], text: string, pack: LexiconPack): Omit<ValenceSums, 'irony' | 'opposed'> {
  let positive = 0;
  let negative = 0;
  for (const { valence } of hits) {
    if (valence > 0) positive += valence;
    else negative -= valence;
  }
  let total = positive - negative;
  const exclamations = Math.min(4, text.match(/!/g)?.length ?? 0);
  total += Math.sign(total) * exclamations * EXCLAMATION;
  return {
    positive,
    negative,
    compound: total / Math.sqrt(total * total + ALPHA),
    hits: hits.length,
    negations: folded.filter((word) => pack.negations.has(word)).length,
    contrast: folded.some((word) => pack.contrasts.has(word)),
    idioms: folded.filter((word) => word === PRAISE || word === BLAME).length,
  };
}

function longestEntry(folded: readonly string[], at: number, pack: LexiconPack): { valence: Valence; length: number } | undefined {
  for (let length = Math.min(pack.longestPhrase, folded.length - at); length > 0; length--) {
    const valence = pack.entry(folded.slice(at, at + length).join('_'));
    if (valence !== undefined) return { valence, length };
  }
  return undefined;
}

function isNegated(folded: readonly string[], from: number, to: number, pack: LexiconPack): boolean {
  for (let at = from - 1; at >= Math.max(0, from - SCOPE_BEFORE); at--) {
    const word = folded[at] ?? '';
    if (endsClause(word, pack)) break;
    if (pack.negations.has(word)) return true;
  }
  for (let at = to; at < Math.min(folded.length, to + SCOPE_AFTER); at++) {
    const word = folded[at] ?? '';
    if (endsClause(word, pack)) break;
    if (pack.negationsAfter.has(word)) {
      // It belongs to the next sentiment word where there is one: "leider nicht gut".
      const next = folded.slice(at + 1, at + 1 + SCOPE_AFTER);
      const end = next.findIndex((word) => CLAUSE_END.test(word));
      return !next.slice(0, end < 0 ? undefined : end).some((word) => (pack.entry(word)?.plain ?? 0) !== 0);
    }
  }
  return false;
}

function endsClause(word: string, pack: LexiconPack): boolean {
  return CLAUSE_END.test(word) || pack.contrasts.has(word) || pack.conjunctions.has(word);
}

function boost(folded: readonly string[], at: number, pack: LexiconPack): number {
  let total = 0;
  DAMPING.forEach((damping, distance) => {
    total += (pack.boosters.get(folded[at - 1 - distance] ?? '') ?? 0) * damping;
  });
  return total;
}

/** A question names things more than it judges them: "How do I report a broken item?" */
function weighQuestions(folded: readonly string[], hits: readonly Hit[]): void {
  for (const hit of hits) {
    const end = folded.findIndex((word, at) => at > hit.at && /^[.!?\n]$/.test(word));
    if (folded[end] === '?' && folded[end + 1] !== '!') hit.valence *= QUESTION;
  }
}

/** "Lovely screen, but the sound is dreadful": neither side takes the other back. */
function isOpposed(text: string, folded: readonly string[], hits: readonly Hit[], pack: LexiconPack): boolean {
  const but = folded.findIndex((word, at) => at > 0 && pack.contrasts.has(word));
  if (but < 0 || pack.expectation.test(text)) return false;
  const side = (of: (hit: Hit) => boolean): number => hits.filter(of).reduce((total, { valence }) => total + valence, 0);
  const before = side(({ at }) => at < but);
  const after = side(({ at }) => at > but);
  return Math.min(Math.abs(before), Math.abs(after)) >= SIDE && Math.sign(before) !== Math.sign(after);
}

/** What follows a "but" counts for more than what stands before it. */
function weighContrast(folded: readonly string[], hits: readonly Hit[], pack: LexiconPack): void {
  const but = folded.findIndex((word, at) => at > 0 && pack.contrasts.has(word));
  if (but < 0) return;
  for (const hit of hits) hit.valence *= hit.at < but ? 0.5 : 1.5;
}

/** "Great, another week without internet": praise first, then nothing but trouble. */
function turnIrony(text: string, hits: readonly Hit[], words: readonly string[], pack: LexiconPack): boolean {
  const opener = pack.ironicOpener.exec(text);
  if (opener === null) return false;
  const rest = text.slice(opener[0].length);
  const openerWords = opener[0].match(WORDS)?.length ?? 0;
  const later = hits.filter((hit) => hit.at >= openerWords);
  const praised = later.some((hit) => hit.valence > 0 && !hit.negated);
  const trouble = pack.ironicTrouble.test(rest) || later.some((hit) => hit.valence < 0);
  if (praised || !trouble || openerWords >= words.length) return false;
  for (const hit of hits) if (hit.valence > 0) hit.valence *= -0.8;
  return true;
}

function isCapital(word: string): boolean {
  return word.length > 1 && /\p{Lu}/u.test(word) && word === word.toUpperCase();
}
