import type { Finding } from './guardrail.ts';

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
/** Of the examples, which are embedded once for all calls. */
const EXAMPLES_TIMEOUT_MS = 60_000;

/**
 * Finds denied topics: texts of which a sentence means nearly the same as an example of the topic (cosine).
 * The check throws when there is more to compare than it bears, or the model fails.
 */
export function findTopics(topics: readonly Topic[], threshold: number, embed: Embed): (texts: readonly string[], signal: AbortSignal) => Promise<Finding | null> {
  let known: Promise<{ name: string; vector: Float32Array }[]> | null = null;
  const examples = (): Promise<{ name: string; vector: Float32Array }[]> => {
    const named = topics.flatMap(({ name, examples: sentences }) => sentences.map((example) => ({ name, example })));
    // Not by the signal of the call that comes first: others wait for the same.
    known ??= embed(named.map(({ example }) => example), AbortSignal.timeout(EXAMPLES_TIMEOUT_MS)).then((vectors) => named.flatMap(({ name }, index) => {
      const vector = vectors[index];
      return vector === undefined ? [] : [{ name, vector }];
    }));
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
    const denied = await examples();
    for (let from = 0; from < sentences.length; from += BATCH) {
      signal.throwIfAborted();
      for (const vector of await embed(sentences.slice(from, from + BATCH), signal)) {
        const nearest = denied.find((example) => cosine(vector, example.vector) >= threshold);
        if (nearest !== undefined) return { reason: `it is about "${nearest.name}" (similarity ${cosine(vector, nearest.vector).toFixed(2)})`, spans: [] };
      }
    }
    return null;
  };
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

/** Of unit vectors. */
function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
