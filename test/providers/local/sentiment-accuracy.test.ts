import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SentimentReading } from '../../../src/canonical/results.ts';
import { mergeSentiment } from '../../../src/operations/merge/sentiment.ts';
import { createLocalProvider } from '../../../src/providers/local/provider.ts';
import { readSentences, type Sentence } from '../../../src/providers/local/sentiment/train/sentences.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { createLog } from '../../../src/telemetry/log.ts';

/** The members of the ensemble `feeling` with their weights, as in gateway.yaml. */
const MEMBERS = { minilm: 2, lexicon: 1 };
const LANGUAGES = ['en', 'de'] as const;

let folder: string;
let provider: Provider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-accuracy-'));
  provider = createLocalProvider({ name: 'local', dataDir: folder, log: createLog('silent') });
});
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

function heldOut(language: 'en' | 'de'): Sentence[] {
  return readSentences(new URL(`./sentiment/held-out.${language}.txt`, import.meta.url), language);
}

async function read(text: string, targetModel: string): Promise<SentimentReading> {
  const answer = await provider.operations.SENTIMENT?.({ text, language: null }, { targetModel, signal: AbortSignal.timeout(30_000) });
  if (answer === undefined) throw new Error('The local provider cannot read sentiment.');
  return answer;
}

describe.each(LANGUAGES)('sentiment of sentences never trained or tuned on (%s)', (language) => {
  const sentences = heldOut(language);

  it('has at least 100 sentences, as many of each label', () => {
    const labels = ['POSITIVE', 'NEGATIVE', 'NEUTRAL'].map((label) => sentences.filter((one) => one.label === label).length);
    expect(sentences.length).toBeGreaterThanOrEqual(100);
    expect(new Set(labels).size).toBe(1);
  });

  it('shares no sentence with those that the models were made with', () => {
    const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/\p{L}+/gu));
    const known = ['sentences', 'short', 'dev'].flatMap((name) =>
      readSentences(new URL(`../../../src/providers/local/sentiment/train/${name}.${language}.txt`, import.meta.url), language),
    );
    for (const { text } of sentences) {
      const ours = words(text);
      for (const other of known) {
        const theirs = words(other.text);
        const shared = [...ours].filter((word) => theirs.has(word)).length;
        const overlap = shared / (ours.size + theirs.size - shared);
        expect(overlap, `${text} | ${other.text}`).toBeLessThan(0.6);
      }
    }
  });

  it('is right for at least 85 % by the ensemble', async () => {
    const right = { minilm: 0, lexicon: 0, ensemble: 0 };
    for (const { text, label } of sentences) {
      const minilm = await read(text, 'minilm');
      const lexicon = await read(text, 'lexicon');
      const merged = mergeSentiment([
        { weight: MEMBERS.minilm, reading: minilm },
        { weight: MEMBERS.lexicon, reading: lexicon },
      ]);
      if (minilm.label === label) right.minilm++;
      if (lexicon.label === label) right.lexicon++;
      if (merged.label === label) right.ensemble++;
    }
    process.stdout.write(`sentiment ${language}: ${JSON.stringify(right)} right of ${sentences.length}\n`);
    expect(right.ensemble / sentences.length).toBeGreaterThanOrEqual(0.85);
  });
});
