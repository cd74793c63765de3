import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What is known of words, all in lower case. */
export interface Lexicon {
  /** Given names, English, German and of the larger families of names that live among them. */
  readonly given: ReadonlySet<string>;
  /** Family names (and some given ones): the `@cspell/dict-people-names` list, MIT. */
  readonly family: ReadonlySet<string>;
  /** Words that stand with a capital and are no names. */
  readonly ordinary: ReadonlySet<string>;
}

let loaded: Lexicon | undefined;

/** The word lists, read once, at the first text that is looked at for names (about 15 ms). */
export function lexicon(): Lexicon {
  loaded ??= {
    given: wordsOf('given-names.en.txt', 'given-names.other.txt'),
    family: familyNames('family-names.de.txt'),
    ordinary: wordsOf('ordinary.en.txt', 'ordinary.de.txt', 'ordinary.technical.txt'),
  };
  return loaded;
}

function wordsOf(...files: readonly string[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => linesOf(fileURLToPath(new URL(file, import.meta.url))).flatMap((line) => line.split(' '))));
}

function familyNames(own: string): ReadonlySet<string> {
  // The package exports only its manifest; the list lies beside it.
  const manifest = import.meta.resolve('@cspell/dict-people-names');
  const names = linesOf(fileURLToPath(new URL('dict/people-names.txt', manifest))).map((line) => line.toLowerCase());
  return new Set([...names, ...wordsOf(own)]);
}

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
