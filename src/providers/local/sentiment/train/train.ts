/**
 * Trains the sentiment head on the sentences beside this file and writes `../head-weights.json`. Deterministic: the
 * same sentences give the same file. Run: `node src/providers/local/sentiment/train/train.ts`.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMOTIONS } from '../../../../canonical/results.ts';
import { Minilm } from '../../embed/minilm.ts';
import { DENSE_SIZE, EMBEDDING_SIZE, FEATURES, type Features, readFeatures } from '../features.ts';
import { LABELS, OUTPUTS, SentimentHead } from '../head.ts';
import { englishPack, germanPack } from '../lexicon/packs.ts';
import { weigh } from '../lexicon/valence.ts';
import { readSentences, type Sentence } from './sentences.ts';

const EPOCHS = 400;
const RATE = 0.02;
/** Weight decay; the buckets' is smaller as each sees few sentences. */
const DECAY = { dense: 2e-3, buckets: 1.5e-4 };

interface Example {
  sentence: Sentence;
  features: Features;
}

const packs = { en: englishPack(), de: germanPack() };
const minilm = await Minilm.load({ folder: join(tmpdir(), 'kanon-train'), report: () => {} });

async function examples(name: string): Promise<Example[]> {
  const sentences = (['en', 'de'] as const).flatMap((language) =>
    readSentences(new URL(`./${name}.${language}.txt`, import.meta.url), language),
  );
  const embeddings = await minilm.embed(sentences.map(({ text }) => text));
  return sentences.map((sentence, i) => {
    const { text, language } = sentence;
    const embedding = embeddings[i];
    if (embedding === undefined) throw new Error(`No embedding of: ${text}`);
    return { sentence, features: readFeatures(text, language, embedding, weigh(text, packs[language])) };
  });
}

/** Full-batch gradient descent with Adam (Kingma & Ba, arXiv:1412.6980) on cross-entropy. */
function train(data: readonly Example[]): SentimentHead {
  const weights = new Float32Array(FEATURES * OUTPUTS);
  const mean = new Float32Array(weights.length);
  const square = new Float32Array(weights.length);
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const gradient = new Float32Array(weights.length);
    const head = new SentimentHead(weights);
    for (const { sentence, features } of data) {
      const { labels, emotions } = head.answer(features);
      const errors = [
        ...LABELS.map((label) => labels[label] - (sentence.label === label ? 1 : 0)),
        ...EMOTIONS.map((name) => emotions[name] - (sentence.emotions.has(name) ? 1 : 0)),
      ];
      errors.forEach((error, output) => addError(gradient, output * FEATURES, features, error / data.length));
    }
    const rate = RATE * (1 - epoch / (EPOCHS + 1));
    for (let i = 0; i < weights.length; i++) {
      const decay = i % FEATURES < DENSE_SIZE ? DECAY.dense : DECAY.buckets;
      const slope = (gradient[i] ?? 0) + decay * (weights[i] ?? 0);
      const m = (mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * slope);
      const v = (square[i] = 0.999 * (square[i] ?? 0) + 0.001 * slope * slope);
      const step = m / (1 - 0.9 ** epoch) / (Math.sqrt(v / (1 - 0.999 ** epoch)) + 1e-8);
      weights[i] = (weights[i] ?? 0) - rate * step;
    }
  }
  return new SentimentHead(weights);
}

function addError(gradient: Float32Array, from: number, { dense, buckets }: Features, error: number): void {
  for (let i = 0; i < DENSE_SIZE; i++) gradient[from + i] = (gradient[from + i] ?? 0) + error * (dense[i] ?? 0);
  for (const [bucket, weight] of buckets) {
    const at = from + DENSE_SIZE + bucket;
    gradient[at] = (gradient[at] ?? 0) + error * weight;
  }
}

function accuracy(head: SentimentHead, data: readonly Example[], language: string): string {
  const own = data.filter(({ sentence }) => sentence.language === language);
  const right = own.filter(({ sentence, features }) => {
    const { labels } = head.answer(features);
    return LABELS.every((label) => labels[label] <= labels[sentence.label]);
  });
  return `${right.length}/${own.length}`;
}

/**
 * The same examples as if the lexicon knew none of their words: it knows most words of the training sentences, and
 * the head would learn to trust it alone.
 */
function withoutLexicon(data: readonly Example[]): Example[] {
  return data.map(({ sentence, features }) => {
    const dense = features.dense.slice();
    dense.fill(0, EMBEDDING_SIZE, EMBEDDING_SIZE + 4);
    dense[EMBEDDING_SIZE + 4] = 1;
    return { sentence, features: { ...features, dense } };
  });
}

// What was tuned on is learnt as well, now that the tuning is over: set TUNE to leave it out.
const names = process.env['TUNE'] === undefined ? ['sentences', 'short', 'dev'] : ['sentences', 'short'];
const sentences = (await Promise.all(names.map(examples))).flat();
const trained = train([...sentences, ...withoutLexicon(sentences)]);
const file = trained.serialise();
writeFileSync(new URL('../head-weights.json', import.meta.url), file);
const head = SentimentHead.parse(file);
for (const name of ['sentences', 'short', 'dev']) {
  const data = await examples(name);
  process.stdout.write(`${name}: en ${accuracy(head, data, 'en')}, de ${accuracy(head, data, 'de')}\n`);
}
