import type { Minilm } from '../embed/minilm.ts';
import { foldGerman } from '../sentiment/lexicon/packs.ts';

export interface Ranked {
  text: string;
  source: string;
  /** About 0 (nothing in common) to 1.5. */
  score: number;
  /** Place among the passages as they were given. */
  place: number;
}

const MOST = 400;
/** Words this common say nothing of what a sentence is about. */
const COMMON = new Set(
  'the a an and or of to in on at for with is are was were be been it its this that i you we he she they my your our me have has had do does did not no how what when where which who can could will would please der die das ein eine einen einem einer und oder von zu in im am an auf fuer mit ist sind war waren es dies ich sie wir er ihr mein meine ihre haben hat hatte nicht kein wie was wann wo welche wer kann koennen wird wuerde bitte mir mich den dem des'.split(' '),
);

/**
 * Ranks passages by how near they are to the question: cosine of the embeddings, and the words they share by their
 * first letters. The latter is what carries German, which MiniLM hardly knows. Of more than 400 passages the first count.
 */
export async function rank(
  question: string,
  passages: readonly { text: string; source: string }[],
  minilm: Minilm,
  signal: AbortSignal,
): Promise<Ranked[]> {
  const considered = passages.slice(0, MOST);
  const [asked, ...found] = await minilm.embed([question, ...considered.map(({ text }) => text)], signal);
  const wanted = stems(question);
  const ranked = considered.map(({ text, source }, place) => {
    let cosine = 0;
    found[place]?.vector.forEach((value, i) => (cosine += value * (asked?.vector[i] ?? 0)));
    return { text, source, place, score: cosine + 0.5 * shared(wanted, stems(text)) };
  });
  return ranked.sort((a, b) => b.score - a.score);
}

function stems(text: string): Set<string> {
  const words = foldGerman(text).match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return new Set(words.filter((word) => !COMMON.has(word)).map((word) => word.slice(0, 6)));
}

function shared(wanted: ReadonlySet<string>, there: ReadonlySet<string>): number {
  if (wanted.size === 0 || there.size === 0) return 0;
  let count = 0;
  for (const stem of there) if (wanted.has(stem)) count++;
  return count / Math.sqrt(Math.min(wanted.size, 8) * Math.min(there.size, 12));
}
