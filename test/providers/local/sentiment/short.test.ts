import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SentimentLabel } from '../../../../src/canonical/results.ts';
import { type MergedSentiment, mergeSentiment } from '../../../../src/operations/merge/sentiment.ts';
import { createLocalProvider } from '../../../../src/providers/local/provider.ts';
import type { Provider } from '../../../../src/providers/provider.ts';
import { createLog } from '../../../../src/telemetry/log.ts';

const LABELS: Record<string, SentimentLabel> = { '+': 'POSITIVE', '-': 'NEGATIVE', '=': 'NEUTRAL', '~': 'MIXED' };

let folder: string;
let provider: Provider;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-short-'));
  provider = createLocalProvider({ name: 'local', dataDir: folder, log: createLog('silent') });
});
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

/** By both models with their weights, as in gateway.yaml. */
async function read(text: string): Promise<MergedSentiment> {
  const one = async (targetModel: string) => {
    const reading = await provider.operations.SENTIMENT?.({ text, language: null }, { targetModel, signal: AbortSignal.timeout(30_000) });
    if (reading === undefined) throw new Error('The local provider cannot read sentiment.');
    return reading;
  };
  return mergeSentiment([{ weight: 2, reading: await one('minilm') }, { weight: 1, reading: await one('lexicon') }]);
}

describe('the mood of short texts, idioms and opposites', () => {
  it('is right for at least 95 % of those that were looked at, and for 88 % of those that were not', async () => {
    for (const [name, least] of [['short', 0.95], ['short-unseen', 0.88]] as const) {
      const lines = readFileSync(new URL(`./${name}.txt`, import.meta.url), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      const wrong: string[] = [];
      for (const line of lines) {
        const { label, score } = await read(line.slice(line.indexOf('|') + 1));
        if (label !== LABELS[line.charAt(0)]) wrong.push(`${line} is ${label} ${score.toFixed(2)}`);
      }
      expect(wrong.length / lines.length, `${name}: ${wrong.join('; ')}`).toBeLessThanOrEqual(1 - least);
    }
  });

  it.each(['.', '???', '12345', ' - '])('is none, and unsure, for a text without a word: %j', async (text) => {
    const { label, confidence, score } = await read(text);
    expect({ label, score }).toEqual({ label: 'NEUTRAL', score: 0 });
    expect(confidence).toBeLessThan(0.2);
  });

  it('is what an emoji says where there is no word', async () => {
    expect((await read('😡')).label).toBe('NEGATIVE');
    expect((await read('👍👍')).label).toBe('POSITIVE');
  });

  it('is a guess in a language that is not read', async () => {
    const { confidence } = await read('Mon grille-pain est tombé en panne après deux jours et personne ne répond !');
    expect(confidence).toBeLessThanOrEqual(0.3);
  });
});
