import { detectAll } from 'tinyld';
import type { LexiconPack } from './lexicon/valence.ts';

export type SentimentLanguage = 'en' | 'de';

/** Short words that tell the two apart where there is too little text for statistics. */
const TELLING: Record<SentimentLanguage, ReadonlySet<string>> = {
  en: new Set('the and is are was were my your i you it this that not of to for with have has what when where how please thanks thank very but from on they we will can a an yes hello hi maybe today tomorrow'.split(' ')),
  de: new Set('der die das und ist sind war waren mein meine ihr ihre ich sie es nicht von zu für mit haben hat was wann wo wie bitte danke sehr aber auf wir wird kann ein eine einen dem den des im am noch schon nur kein keine mir mich uns bei nach auch wurde ja nein hallo vielleicht heute morgen guten tag gut'.split(' ')),
};

/** Texts of so few words may be told by what the lexicons know. */
const FEW = 4;
/** Accuracy from which on the statistics of another language outweigh a lone short word. */
const SURE = 0.8;

/**
 * The language of a text: `en`, `de`, or `und` (BCP 47 for undetermined) where it is neither or there is nothing to
 * tell it by. Reads the first 2,000 characters.
 * @param packs lexicons whose words tell the language of a short text
 */
export function detectLanguage(text: string, packs?: Record<SentimentLanguage, LexiconPack>): SentimentLanguage | 'und' {
  const start = text.slice(0, 2_000);
  const words = start.toLowerCase().match(/\p{L}+/gu) ?? [];
  if (words.length === 0) return 'und';
  const hits = { en: count(words, TELLING.en), de: count(words, TELLING.de) + (/[äöüß]/i.test(start) ? 1 : 0) };
  // One short word is no proof: "is" is Dutch, too.
  const proves = (language: SentimentLanguage): boolean =>
    hits[language] > 1 || words.length <= FEW || packs === undefined || (hits[language] > 0 && countKnown(words, packs[language]) > 0);
  if (hits.en > hits.de * 2 && hits.en >= words.length / 8 && proves('en')) return 'en';
  if (hits.de > hits.en * 2 && hits.de >= words.length / 8 && proves('de')) return 'de';
  if (packs !== undefined && words.length <= FEW) {
    const known = { en: countKnown(words, packs.en) + hits.en, de: countKnown(words, packs.de) + hits.de };
    if (known.en !== known.de) return known.en > known.de ? 'en' : 'de';
  }
  const best = detectAll(start).find(({ lang }) => lang === 'en' || lang === 'de' || words.length > FEW);
  if (best?.lang === 'en' || best?.lang === 'de') return best.lang;
  if (best !== undefined && best.accuracy >= SURE && !proves('en') && !proves('de')) return 'und';
  if (hits.en !== hits.de) return hits.en > hits.de ? 'en' : 'de';
  return 'und';
}

/** Tells a text in another language from one that is too short, or too odd, to tell. @param found by `detectLanguage` */
export function isForeign(text: string, found: SentimentLanguage | 'und'): boolean {
  const words = text.match(/\p{L}+/gu) ?? [];
  return found === 'und' && (words.length > 2 || words.some((word) => !/\p{Script=Latin}/u.test(word)));
}

/** Tells the languages that the lexicons and the head were made for. @param tag BCP 47 */
export function isOurs(tag: string): boolean {
  return /^(?:en|de)(?:-|$)/i.test(tag);
}

/** The language to read a text in: what the caller says where that is one of ours, else what is found. */
export function chooseLanguage(
  text: string,
  said: string | null,
  packs?: Record<SentimentLanguage, LexiconPack>,
): SentimentLanguage | 'und' {
  const primary = said?.toLowerCase().split('-')[0];
  return primary === 'en' || primary === 'de' ? primary : detectLanguage(text, packs);
}

function countKnown(words: readonly string[], pack: LexiconPack): number {
  return words.filter((word) => pack.entry(pack.fold(word)) !== undefined).length;
}

function count(words: readonly string[], telling: ReadonlySet<string>): number {
  return words.filter((word) => telling.has(word)).length;
}
