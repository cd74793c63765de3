import { readFileSync } from 'node:fs';
import { EMOTIONS, type EmotionName, type SentimentLabel } from '../../../canonical/results.ts';
import { DENSE_SIZE, FEATURES, type Features } from './features.ts';

/** In the order of the head's outputs. */
export const LABELS: readonly SentimentLabel[] = ['POSITIVE', 'NEGATIVE', 'NEUTRAL', 'MIXED'];
export const OUTPUTS = LABELS.length + EMOTIONS.length;

export interface HeadAnswer {
  /** Probabilities of the labels; together 1. */
  labels: Record<SentimentLabel, number>;
  /** 0 to 1 each, independent of each other. */
  emotions: Record<EmotionName, number>;
}

/** A linear layer: softmax over the labels, a logistic function for each emotion. */
export class SentimentHead {
  readonly #weights: Float32Array;

  /** @param weights one row of `FEATURES` an output. */
  constructor(weights: Float32Array) {
    if (weights.length !== FEATURES * OUTPUTS) throw new Error('The sentiment head has weights of another shape.');
    this.#weights = weights;
  }

  /** The head that is kept beside this file, made by `train/train.ts`. */
  static kept(): SentimentHead {
    return SentimentHead.parse(readFileSync(new URL('./head-weights.json', import.meta.url), 'utf8'));
  }

  /** Weights of 8 bits with a factor a row, in base64. */
  static parse(json: string): SentimentHead {
    const { rows } = JSON.parse(json) as { rows: { scale: number; values: string }[] };
    const weights = new Float32Array(FEATURES * OUTPUTS);
    rows.forEach(({ scale, values }, output) => {
      const bytes = Buffer.from(values, 'base64');
      for (let i = 0; i < FEATURES; i++) weights[output * FEATURES + i] = bytes.readInt8(i) * scale;
    });
    return new SentimentHead(weights);
  }

  serialise(): string {
    const rows = [];
    for (let output = 0; output < OUTPUTS; output++) {
      const row = this.#weights.subarray(output * FEATURES, (output + 1) * FEATURES);
      const scale = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 || 1;
      const values = Buffer.from(Int8Array.from(row, (value) => Math.round(value / scale)).buffer).toString('base64');
      rows.push({ scale: Number(scale.toPrecision(6)), values });
    }
    return `${JSON.stringify({ outputs: [...LABELS, ...EMOTIONS], rows }, null, 1)}\n`;
  }

  answer(features: Features): HeadAnswer {
    const sums = Array.from({ length: OUTPUTS }, (_, output) => this.#sum(output, features));
    const exponents = LABELS.map((_, i) => Math.exp((sums[i] ?? 0) - Math.max(...sums.slice(0, LABELS.length))));
    const total = exponents.reduce((a, b) => a + b, 0);
    const [positive = 0, negative = 0, neutral = 0, mixed = 0] = exponents.map((value) => value / total);
    const emotions = EMOTIONS.map((name, i) => [name, 1 / (1 + Math.exp(-(sums[LABELS.length + i] ?? 0)))] as const);
    return {
      labels: { POSITIVE: positive, NEGATIVE: negative, NEUTRAL: neutral, MIXED: mixed },
      emotions: Object.fromEntries(emotions) as Record<EmotionName, number>,
    };
  }

  #sum(output: number, { dense, buckets }: Features): number {
    const from = output * FEATURES;
    let sum = 0;
    for (let i = 0; i < DENSE_SIZE; i++) sum += (this.#weights[from + i] ?? 0) * (dense[i] ?? 0);
    for (const [bucket, weight] of buckets) sum += (this.#weights[from + DENSE_SIZE + bucket] ?? 0) * weight;
    return sum;
  }
}
