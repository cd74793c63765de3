import type { Finding } from './guardrail.ts';

/** Turns texts into unit vectors, on this machine. */
export type Embed = (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>;

export interface Topic {
  name: string;
  /** What is said of it: a few sentences. */
  examples: readonly string[];
}

/** A longer text is compared sentence by sentence, up to so many. */
const MOST_SENTENCES = 64;

/** Finds denied topics: texts of which a sentence means nearly the same as an example of the topic (cosine). */
export function findTopics(topics: readonly Topic[], threshold: number, embed: Embed): (texts: readonly string[], signal: AbortSignal) => Promise<Finding | null> {
  let known: Promise<{ name: string; vector: Float32Array }[]> | null = null;
  const examplesOf = (signal: AbortSignal): Promise<{ name: string; vector: Float32Array }[]> => {
    const named = topics.flatMap(({ name, examples }) => examples.map((example) => ({ name, example })));
    known ??= embed(named.map(({ example }) => example), signal).then((vectors) => named.flatMap(({ name }, index) => {
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
    const sentences = texts.flatMap(sentencesOf).slice(0, MOST_SENTENCES);
    if (sentences.length === 0) return null;
    const [examples, vectors] = await Promise.all([examplesOf(signal), embed(sentences, signal)]);
    for (const vector of vectors) {
      for (const example of examples) {
        const similarity = cosine(vector, example.vector);
        if (similarity >= threshold) return { reason: `it is about "${example.name}" (similarity ${similarity.toFixed(2)})`, spans: [] };
      }
    }
    return null;
  };
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?])\s+|\n+/).map((sentence) => sentence.trim().slice(0, 500)).filter((sentence) => sentence.length > 2);
}

/** Of unit vectors. */
function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
