import { readFileSync } from 'node:fs';
import { UpstreamFailure } from '../../../../canonical/failure.ts';
import { ENGLISH_IDIOMS, GERMAN_IDIOMS } from './idioms.ts';
import type { LexiconPack, Valence } from './valence.ts';

const NEGATION_FACTOR = -0.74;
const STRONG = 0.293;

const EMOTICONS: Record<string, number> = {
  ':)': 2, ':-)': 2, ':D': 2.3, ':-D': 2.3, ';)': 1, ';-)': 1, ':(': -2, ':-(': -2,
  '😀': 2, '😊': 2.2, '😍': 3, '🎉': 2.5, '👍': 2, '❤': 3, '🙏': 1.5, '😂': 1.5, '🥰': 3, '😃': 2,
  '😡': -3, '😠': -2.5, '😢': -2, '😭': -2, '👎': -2.5, '😞': -2, '😤': -2.2, '🤬': -3.5, '🙄': -1.5, '💔': -2.5,
};

/** German, from the lexicon beside this file. */
export function germanPack(): LexiconPack {
  const lexicon = new Lexicon();
  lexicon.add(readFileSync(new URL('./german.txt', import.meta.url), 'utf8'));
  return {
    fold: foldGerman,
    entry: (word) => lexicon.entry(word),
    longestPhrase: 4,
    negations: new Set('nicht nichts nie niemals kein keine keinen keinem keiner keines keinerlei ohne kaum weder niemand keineswegs nirgends'.split(' ')),
    boosters: boosters('sehr total wirklich echt absolut voellig extrem richtig unglaublich ganz besonders so aeusserst ueberaus wahnsinnig mega komplett zutiefst ausgesprochen viel rundum sowas', 'etwas ein_bisschen bisschen ziemlich relativ einigermassen halbwegs leicht eher fast'),
    contrasts: new Set(['aber', 'jedoch', 'trotzdem', 'dennoch', 'allerdings', 'sondern', 'hingegen', 'dagegen']),
    negationsAfter: new Set(['nicht', 'nie', 'niemals', 'kaum']),
    conjunctions: new Set(['und', 'oder', 'weil', 'dass', 'wenn', 'obwohl', 'damit', 'waehrend', 'nachdem', 'bevor']),
    ironicOpener: /^\s*(?:(?:na|ach|oh|ja|wow|also|danke)[ ,]+)*(?:das ist ja |wie )?(?:toll|super|prima|klasse|spitze|bravo|großartig|grossartig|herrlich|fantastisch|wunderbar|perfekt|schön|genial|herzlichen glückwunsch|glückwunsch|respekt|vielen dank|danke)\b[^.!?:,]{0,40}[.!?:,]/iu,
    ironicTrouble: /\b(?:schon wieder|wieder mal|wieder einmal|noch ein|noch eine|noch einen|noch mehr|immer noch|erst in|nur noch|drei|vier|fünf|sechs|zehn|wochen|stunden|umsonst|für nichts|auch noch|jetzt ist|jetzt sind|niemand|keiner|bevor|minuten|monate|tage|geschlossen|gesperrt|gestrichen|ausgefallen\p{L}*|aufgelegt|auflegt|weg|hin|leer)\b/iu,
    idioms: GERMAN_IDIOMS,
    expectation: /(?:befürcht|erwartet|gerechnet|skeptisch|angst (?:vor|gehabt)|hatte angst|zweifel|dachte|gedacht|sorgen gemacht|zuerst|zunächst|anfangs|klang|sah nach)/iu,
  };
}

/**
 * English: VADER's own lexicon, and what customer service adds to it.
 * @throws UpstreamFailure `unavailable` when the package `vader-sentiment` is missing.
 */
export function englishPack(resolve: (specifier: string) => string = (specifier) => import.meta.resolve(specifier)): LexiconPack {
  const lexicon = new Lexicon();
  for (const line of readVader(resolve).split('\n')) {
    const [word, valence] = line.split('\t');
    if (word !== undefined && valence !== undefined) lexicon.set(word, { plain: Number(valence), negated: Number(valence) * NEGATION_FACTOR });
  }
  lexicon.add(readFileSync(new URL('./english.txt', import.meta.url), 'utf8'));
  return {
    fold: (word) => word.toLowerCase().replaceAll('’', "'"),
    entry: (word) => lexicon.entry(word),
    longestPhrase: 4,
    negations: new Set(
      "not no never nobody nothing none nor neither nowhere without hardly barely scarcely cannot can't won't don't doesn't didn't isn't aren't wasn't weren't wouldn't couldn't shouldn't hasn't haven't hadn't ain't dont doesnt didnt isnt wasnt cant wont".split(' '),
    ),
    boosters: boosters('very really absolutely extremely incredibly so totally completely utterly truly super such especially highly remarkably thoroughly particularly most', 'slightly somewhat a_bit bit fairly almost kinda partly little'),
    contrasts: new Set(['but', 'however', 'although', 'though', 'yet']),
    negationsAfter: new Set(),
    conjunctions: new Set(['and', 'or', 'because', 'when', 'while', 'if', 'after', 'before']),
    ironicOpener: /^\s*(?:(?:oh|ah|well|wow|just|how|yeah|thanks|gee)[ ,]+)*(?:great|wonderful|fantastic|brilliant|lovely|perfect|super|awesome|nice|bravo|congratulations|congrats|amazing|excellent|terrific|thanks|thank you|good job|well done)\b[^.!?:,]{0,40}[.!?:,]/iu,
    ironicTrouble: /\b(?:again|another|yet another|still|only|weeks?|hours?|once more|for nothing|as usual|one more|closed|locked|cancelled|canceled|never|nobody|no one|died|hang up|hanging up|before|minutes|months|days|now)\b/iu,
    idioms: ENGLISH_IDIOMS,
    expectation: /\b(?:dread\p{L}*|fear\p{L}*|expect\p{L}*|s[ck]eptical|doubt\p{L}*|worr\p{L}*|thought|afraid|nervous|at first|initially|used to|hesitant)\b/iu,
  };
}

/** The packs of both languages, each read when it is first used. */
export function lazyPacks(): Record<'en' | 'de', LexiconPack> {
  let english: LexiconPack | undefined;
  let german: LexiconPack | undefined;
  return {
    get en() {
      return (english ??= englishPack());
    },
    get de() {
      return (german ??= germanPack());
    },
  };
}

/** Lower case, with umlauts and sharp s spelled out: people without a German keyboard write so. */
export function foldGerman(word: string): string {
  return word
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss');
}

function readVader(resolve: (specifier: string) => string): string {
  try {
    return readFileSync(new URL('./vader_lexicon.txt', resolve('vader-sentiment/package.json')), 'utf8');
  } catch (cause) {
    throw new UpstreamFailure(
      'unavailable',
      'The lexicon of English needs the package vader-sentiment: npm install vader-sentiment',
      { cause },
    );
  }
}

function boosters(strong: string, weak: string): Map<string, number> {
  return new Map([
    ...strong.split(' ').map((word) => [word, STRONG] as const),
    ...weak.split(' ').map((word) => [word, -STRONG] as const),
  ]);
}

/** Words, phrases (joined by `_`) and beginnings of words with their valence. */
class Lexicon {
  readonly #words = new Map<string, Valence>();
  readonly #beginnings = new Map<string, Valence>();

  constructor() {
    for (const [emoticon, plain] of Object.entries(EMOTICONS)) this.set(emoticon, { plain, negated: plain });
  }

  set(word: string, valence: Valence): void {
    this.#words.set(word, valence);
  }

  /** Adds lines of `valence word word*`; `valence` may be `plain/negated`. */
  add(lines: string): void {
    for (const line of lines.split('\n')) {
      if (line.startsWith('#') || line.trim() === '') continue;
      const [head = '', ...words] = line.trim().split(/\s+/);
      const [plain = 0, negated = plain * NEGATION_FACTOR] = head.split('/').map(Number);
      for (const word of words) {
        if (word.endsWith('*')) this.#beginnings.set(word.slice(0, -1), { plain, negated });
        else this.#words.set(word, { plain, negated });
      }
    }
  }

  /** A word as it is before its longest known beginning. */
  entry(word: string): Valence | undefined {
    const whole = this.#words.get(word);
    if (whole !== undefined) return whole;
    // A star matches the ending of a word, never a further word of a phrase.
    const least = Math.max(3, word.lastIndexOf('_') + 2);
    for (let length = Math.min(word.length, 24); length >= least; length--) {
      const beginning = this.#beginnings.get(word.slice(0, length));
      if (beginning !== undefined) return beginning;
    }
    return undefined;
  }
}
