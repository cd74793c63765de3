/**
 * Turns of phrase whose words say the opposite of what is meant: "could hardly be better", "alles andere als gut".
 * They are replaced by a sign of praise or blame before the words of a text are weighed.
 */
export interface Idiom {
  pattern: RegExp;
  /**
   * Praise, blame, or after the valence of the group `word`: that of a comparative, its contrary, or its opposite, which
   * is blame where the word has none.
   */
  meaning: 'praise' | 'blame' | 'comparative' | 'contrary' | 'opposite';
}

/** From Unicode's private use area, so that no text has them: they are taken out of it first. */
export const PRAISE = '\uE000';
export const BLAME = '\uE001';

export const ENGLISH_IDIOMS: readonly Idiom[] = [
  idiom('comparative', "(?:could|can)(?: ?not|n['’]t| hardly| barely| scarcely| never)(?: (?:possibly|really|have|been|be|gone|go|get|got|feel|felt|work|worked|run|ask|asked|for|hope|hoped|wish|wished|any|a|much)){1,5}(?: (?<word>better|worse|\\p{L}{3,}er)| more (?<more>\\p{L}+))"),
  idiom('comparative', '(?:have|has|had|i[\'’]ve|we[\'’]ve)? ?never (?:been|felt|had|seen|eaten|tasted|heard|used|owned|met) (?:a |an |any |anything )?(?:(?<word>better|worse|\\p{L}{3,}er)|more (?<more>\\p{L}+))'),
  idiom('comparative', "(?:does|do|did|will|would|could|can)(?:n['’]t|not| not| hardly| rarely| seldom) (?:get|come) (?:any|much|a lot)? ?(?<word>better|worse|\\p{L}{3,}er) than"),
  idiom('comparative', '(?:hardly|rarely|barely|seldom|scarcely|never) (?:gets?|comes?|got) (?:any |much |a lot )?(?<word>better|worse|\\p{L}{3,}er) than'),
  idiom('praise', "(?:can|could)(?:['’]?t|not|n['’]t| not| hardly) (?:complain|fault|be faulted|be beaten|beat|go wrong)|nothing to (?:complain|criticise|criticize|fault|moan|grumble)(?: about)?|(?:no|zero|without any) complaints?|hard to (?:beat|fault)|no (?:reason|cause) to complain"),
  idiom('opposite', '(?:anything but|by no means) (?:being |a |an |very |really |so )?(?<word>\\p{L}+)'),
  idiom('contrary', '(?:far from|a long way from|the opposite of|nowhere near|not remotely) (?:being |a |an |very |really |so )?(?<word>\\p{L}+)'),
  idiom('blame', '(?:thanks|thank you|cheers)(?: very much| so much| a lot| a bunch)? for (?:absolutely |literally )?nothing|leaves? (?:a lot|much|plenty|everything|something) to be desired|left (?:a lot|much|plenty|everything) to be desired|nothing (?:works|worked|helps|helped)|less than (?:ideal|great|stellar|impressed|perfect)|could (?:do|have been|have done|be) (?:so |much |a lot |far )?better'),
  idiom('blame', '^\\P{L}*help(?: me)?\\P{L}*$'),
];

export const GERMAN_IDIOMS: readonly Idiom[] = [
  idiom('comparative', '(?:könnten?|kann|konnte|hätten?|geht|ginge|ging)(?: \\p{L}+){0,3} (?:nicht|kaum|nie)(?: mehr| noch)? (?<word>\\p{Ll}{3,}er)(?![^.!?]*\\?)'),
  idiom('comparative', '(?<=^\\P{L}*|[.!?;]\\s*|, |\\p{Ll} )(?<word>\\p{L}{3,}er) (?:geht|ginge|ging|kann|könnten?|konnte|hätten?|wäre)(?: \\p{L}+){0,3}? (?:nicht|kaum|nie|nimmer)(?![^.!?]*\\?)'),
  idiom('comparative', '(?:war|waren|bin|habe|hatte|wurde)(?: \\p{L}+){0,2} (?:noch )?nie(?:mals)?(?: so)? (?<word>\\p{Ll}{3,}er)(?:en?|es)?'),
  idiom('praise', '(?:nicht|nichts|nix|kaum|kaum was|nichts mehr|keinen grund)(?: (?:zu|zum))? (?:meckern|klagen|beklagen|beschweren|mäkeln|jammern|nörgeln|mosern|auszusetzen|bemängeln|kritisieren|beanstanden)|(?:kann|können)(?: \\p{L}+){0,3} nicht (?:meckern|klagen|beklagen|beschweren)|(?:ist|sind)(?: \\p{L}+){0,2} nicht zu (?:toppen|schlagen|übertreffen)'),
  idiom('opposite', 'alles andere als(?: (?:ein|eine|einem|einer|einen|sehr|wirklich|besonders))? (?<word>\\p{L}+)'),
  idiom('contrary', '(?:(?:weit|meilenweit) entfernt von|das gegenteil von|in keiner weise|keineswegs|alles,? (?:nur|bloß) nicht)(?: (?:ein|eine|einem|einer|einen|sehr|wirklich|besonders))? (?<word>\\p{L}+)'),
  idiom('blame', '(?:danke|dank|merci)(?: auch| schön| sehr)? für (?:rein gar |gar |absolut |überhaupt )?nichts|(?:lässt|ließ|lassen|ließen)(?: \\p{L}+){0,3} zu wünschen übrig|(?:nichts|nix|gar nichts) (?:funktioniert|klappt|geht|hilft|passt|läuft)|zum (?:davonlaufen|haareraufen|vergessen|weglaufen|abgewöhnen)'),
  idiom('blame', '^\\P{L}*(?:zu )?hilfe\\P{L}*$'),
];

/** Puts a sign in the place of each idiom. @param valence of a word as the lexicon has it, 0 without one */
export function markIdioms(text: string, idioms: readonly Idiom[], valence: (word: string) => number): string {
  let marked = text.replaceAll(/[\uE000\uE001]/gu, ' ');
  for (const { pattern, meaning } of idioms) {
    marked = marked.replace(pattern, (...found: unknown[]) => {
      const [whole] = found;
      const word = wordOf(found.at(-1));
      const sign = signOf(meaning, meaning === 'comparative' ? comparativeValence(word, valence) : valence(word));
      return sign === 0 ? String(whole) : ` ${sign > 0 ? PRAISE : BLAME} `;
    });
  }
  return marked;
}

function signOf(meaning: Idiom['meaning'], valence: number): number {
  if (meaning === 'praise') return 1;
  if (meaning === 'blame') return -1;
  if (meaning === 'comparative') return Math.sign(valence);
  if (meaning === 'contrary') return -Math.sign(valence);
  return valence < 0 ? 1 : -1;
}

/** "Another" and "Fehler" end as comparatives do: of those the positive has a valence, "happy" of "happier". */
function comparativeValence(word: string, valence: (word: string) => number): number {
  // Of "more satisfied", the word is the positive itself.
  if (/^(?:better|worse|besser)$/iu.test(word) || !/er$/iu.test(word)) return valence(word);
  const positives = [/er$/iu, /r$/iu].map((ending) => word.replace(ending, ''));
  positives.push(word.replace(/ier$/iu, 'y'), word.replace(/(\p{L})\1er$/iu, '$1'));
  return positives.filter((positive) => positive !== word).map(valence).find((found) => found !== 0) ?? 0;
}

function wordOf(groups: unknown): string {
  if (typeof groups !== 'object' || groups === null) return '';
  const words = Object.values(groups).filter((word) => typeof word === 'string');
  return words[0] ?? '';
}

/** A pattern of whole words; umlauts may be spelled out. */
function idiom(meaning: Idiom['meaning'], source: string): Idiom {
  const spelled = source.replaceAll('ä', '(?:ä|ae)').replaceAll('ö', '(?:ö|oe)').replaceAll('ü', '(?:ü|ue)').replaceAll('ß', '(?:ß|ss)');
  return { meaning, pattern: new RegExp(`(?<!\\p{L})(?:${spelled})(?!\\p{L})`, 'giu') };
}
