import type { Finding } from '../guardrail.ts';
import { Discriminant, type Score } from './discriminant.ts';
import { EVERYDAY } from './everyday.ts';

/** Turns texts into unit vectors, on this machine. */
export type Embed = (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>;

export interface Topic {
  name: string;
  /** What is said of it: a few sentences. */
  examples: readonly string[];
}

/** Sentences that are embedded at once; between two batches whoever left is noticed. */
const BATCH = 64;
/** So many sentences are about 100 kB. What is longer is not judged in part: it would be a way around. */
const MOST_SENTENCES = 1_024;
/** In UTF-16 units: more than the model reads of a text is compared piece by piece. */
const LONGEST_SENTENCE = 500;
/** Of what is embedded once for all calls. */
const ONCE_TIMEOUT_MS = 60_000;

/** What is usual, of each embedding model once. */
const discriminants = new WeakMap<Embed, Promise<Discriminant>>();

/**
 * Finds denied topics: texts of which a sentence is farther from everyday talk towards the examples of a topic than the
 * threshold. The check throws when there is more to compare than it bears, or the model fails.
 */
export function findTopics(topics: readonly Topic[], threshold: number, embed: Embed): (texts: readonly string[], signal: AbortSignal) => Promise<Finding | null> {
  let known: Promise<{ name: string; score: Score }[]> | null = null;
  const scores = (): Promise<{ name: string; score: Score }[]> => {
    known ??= scoresOf(topics, embed);
    // Whoever comes next tries again.
    known.catch(() => {
      known = null;
    });
    return known;
  };
  return async (texts, signal) => {
    const sentences = texts.flatMap(sentencesOf);
    if (sentences.length === 0) return null;
    if (sentences.length > MOST_SENTENCES) throw new RangeError(`There are ${sentences.length} sentences to compare, and at most ${MOST_SENTENCES} are.`);
    const denied = await scores();
    for (let from = 0; from < sentences.length; from += BATCH) {
      signal.throwIfAborted();
      for (const vector of await embed(sentences.slice(from, from + BATCH), signal)) {
        for (const { name, score } of denied) {
          const reached = score(vector);
          if (reached >= threshold) return { reason: `it is about "${name}" (score ${reached.toFixed(2)})`, spans: [] };
        }
      }
    }
    return null;
  };
}

async function scoresOf(topics: readonly Topic[], embed: Embed): Promise<{ name: string; score: Score }[]> {
  const discriminant = await discriminantOf(embed);
  // Not by the signal of the call that comes first: others wait for the same.
  const vectors = await embed(topics.flatMap(({ examples }) => examples), AbortSignal.timeout(ONCE_TIMEOUT_MS));
  let from = 0;
  return topics.map(({ name, examples }) => {
    const own = vectors.slice(from, from + examples.length);
    from += examples.length;
    return { name, score: discriminant.scoreOf(own) };
  });
}

function discriminantOf(embed: Embed): Promise<Discriminant> {
  const known = discriminants.get(embed) ?? embed(EVERYDAY, AbortSignal.timeout(ONCE_TIMEOUT_MS)).then((vectors) => new Discriminant(vectors));
  discriminants.set(embed, known);
  known.catch(() => discriminants.delete(embed));
  return known;
}

function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .flatMap((sentence) => piecesOf(sentence.trim()))
    .filter((sentence) => sentence.length > 2);
}

function piecesOf(sentence: string): string[] {
  return Array.from({ length: Math.ceil(sentence.length / LONGEST_SENTENCE) }, (_, index) => sentence.slice(index * LONGEST_SENTENCE, (index + 1) * LONGEST_SENTENCE));
}
