import { lexicon } from './lexicon.ts';

/** What the lexicon says of a word. */
interface Word {
  /** Without a possessive `'s`. */
  readonly text: string;
  readonly lower: string;
  readonly capital: boolean;
  readonly allCaps: boolean;
  readonly initial: boolean;
  readonly given: boolean;
  readonly family: boolean;
  /** A family name, or shaped like one. */
  readonly familyLike: boolean;
  readonly ordinary: boolean;
  /** Has letters of a language that is neither English nor German nor lends them words. */
  readonly foreign: boolean;
}

/** A word at its place in a text: `[start, end)` in UTF-16 units. */
export interface Token extends Word {
  readonly start: number;
  readonly end: number;
}

const WORD = /\p{L}[\p{L}\p{M}]{0,39}(?:['-]\p{L}[\p{L}\p{M}]{0,39}){0,4}/gu;
const CAPITAL = /^\p{Lu}/u;
const ALL_CAPS = /^[\p{Lu}'-]{2,}$/u;
// Endings of German and English nouns that no name has, or next to none.
const NOUN_ENDING =
  /(?:ungen|ung|heit|keit|schaft|schaften|tionen|tion|tions|ität|täten|ments?|ismus|ness|nummer|datum|stelle|stellen|geld|zeit|zeiten|straße|strasse|platz|karte|konto|schein|bericht|auftrag|vertrag|gerät|dienst|abteilung|leiter|leiterin|stück|preis|kosten|papier|anlage|termin|system|programm|formular|unterlagen|versand|adresse|ology|ware)$/;

// Endings of family names in both languages, and letters that neither has: both speak for a name.
const FAMILY_ENDING =
  /.(?:mann|bauer|m[ae][iy]er|schmidt|müller|stein|h[oö]f(?:er)?|inger|[sc]ki|ska|sky|wicz|witz|itsch|ić|[aeo]vi[cć]|sen|sson|bach|feld|thal|wald|hardt|recht|huber|huis|ford|worth|[aeiou]ll[io]|ini|ov|ova|ev|eva|ez|enko|escu|oğlu|yan|ian|idis|opoulos|kar|wala|ström|berg|burger|brock|kamp|strom|quist|lein|bert)$/;
const FOREIGN_LETTER = /[^a-zäöüß'-]/;
// Letters that words which English and German have taken in (café, jalapeño, smörgåsbord) do not have.
const FAR_LETTER = /[ăąćčďđęěğīįķļłńňőřśšşșťțūůűųźżžəāēėģņọẹṣơưı]/;

/** The words of a text in their order; linear. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const known = new Map<string, Word>();
  for (const { 0: match, index: start } of text.matchAll(WORD)) {
    let word = known.get(match);
    if (!word) {
      word = wordOf(match.replace(/'(?:s|S)$/, ''));
      known.set(match, word);
    }
    tokens.push({ ...word, start, end: start + word.text.length });
  }
  return tokens;
}

function wordOf(word: string): Word {
  const lower = word.toLowerCase();
  const parts = lower.includes('-') ? lower.split('-') : [lower];
  const { given, family, ordinary } = lexicon();
  const isGiven = parts.every((part) => given.has(part));
  const isFamily = parts.some((part) => family.has(part));
  const isOrdinary = ordinary.has(lower) || ordinary.has(parts.at(-1) ?? '') || (!isGiven && !isFamily && NOUN_ENDING.test(lower));
  return {
    text: word,
    lower,
    capital: CAPITAL.test(word),
    allCaps: ALL_CAPS.test(word),
    initial: word.length === 1,
    given: isGiven,
    family: isFamily,
    familyLike: isFamily || (!isOrdinary && (FAMILY_ENDING.test(lower) || FOREIGN_LETTER.test(lower) || /^(?:mc|mac|o')\p{Lu}/iu.test(word))),
    ordinary: isOrdinary,
    foreign: FAR_LETTER.test(lower),
  };
}

/** One capital, then small letters: `Okonkwo`, not `GraphQL`, `MacBook`, `API`. */
export function isNameShaped(token: Token): boolean {
  return /^\p{Lu}\p{Ll}{2,}(?:[-']\p{Lu}\p{Ll}{2,})*$/u.test(token.text);
}
