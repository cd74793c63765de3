import type { Embedding } from '../embed/minilm.ts';
import { foldGerman } from './lexicon/packs.ts';
import type { ValenceSums } from './lexicon/valence.ts';
import type { SentimentLanguage } from './language.ts';

/** The embedding and the state of the third layer. */
export const EMBEDDING_SIZE = 2 * 384;
/** Buckets of hashed words, pairs of words and letter groups. */
export const BUCKETS = 4_096;
const LEXICAL = 12;
export const DENSE_SIZE = EMBEDDING_SIZE + LEXICAL + 1;
export const FEATURES = DENSE_SIZE + BUCKETS;

/** What the head reads of a text: a few dense numbers, and the buckets that the text's pieces fall into. */
export interface Features {
  dense: Float32Array;
  /** Indices of buckets with their weight; together of length 1. */
  buckets: Map<number, number>;
}

/**
 * Turns a text into the numbers that the head was trained on. MiniLM carries the meaning of English; German it hardly
 * knows, so words and letter groups are hashed beside it, and the lexicon's sums tell both about words that no
 * training sentence had. The embedding is scaled down for German, where it is mostly noise. (Four-fold cross-validation
 * on the training sentences, without MIXED: English 78 % by the embedding, 83 % with the third layer beside it.)
 */
export function readFeatures(
  text: string,
  language: SentimentLanguage,
  embedding: Pick<Embedding, 'vector' | 'early'>,
  sums: ValenceSums,
): Features {
  const dense = new Float32Array(DENSE_SIZE);
  const scale = language === 'en' ? { vector: 4, early: 0.9 } : { vector: 1, early: 0.2 };
  embedding.vector.forEach((value, i) => (dense[i] = value * scale.vector));
  embedding.early.forEach((value, i) => (dense[EMBEDDING_SIZE / 2 + i] = value * scale.early));
  const words = text.match(/\p{L}+/gu) ?? [];
  dense.set(
    [
      squash(sums.positive),
      squash(sums.negative),
      sums.compound,
      Math.min(squash(sums.positive), squash(sums.negative)),
      sums.hits === 0 ? 1 : 0,
      sums.negations > 0 ? 0.5 : 0,
      sums.contrast ? 0.5 : 0,
      sums.irony ? 1 : 0,
      text.includes('?') ? 0.5 : 0,
      text.includes('!') ? 0.5 : 0,
      words.some((word) => word.length > 2 && word === word.toUpperCase()) ? 0.3 : 0,
      language === 'de' ? 0.5 : 0,
      1,
    ],
    EMBEDDING_SIZE,
  );
  return { dense, buckets: hashPieces(text, language) };
}

function squash(sum: number): number {
  return sum / (sum + 2);
}

/** Words, neighbouring pairs and groups of 4 letters; the language is part of the hash. */
function hashPieces(text: string, language: SentimentLanguage): Map<number, number> {
  const words = foldGerman(text.slice(0, 4_000)).replaceAll(/\p{N}+/gu, '0').match(/[\p{L}0]+|[!?]/gu) ?? [];
  const buckets = new Map<number, number>();
  const add = (piece: string, weight: number): void => {
    const bucket = hash(`${language}:${piece}`) % BUCKETS;
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + weight);
  };
  words.forEach((word, i) => {
    add(word, 1);
    add(`${words[i - 1] ?? '^'} ${word}`, 0.7);
    if (word.length > 4) for (let at = 0; at + 4 <= word.length; at++) add(`#${word.slice(at, at + 4)}`, 0.4);
  });
  let length = 0;
  for (const weight of buckets.values()) length += weight * weight;
  for (const [bucket, weight] of buckets) buckets.set(bucket, weight / Math.sqrt(length));
  return buckets;
}

/** FNV-1a of 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
