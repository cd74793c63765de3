import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbedReading, SentimentReading } from '../../../src/canonical/results.ts';
import { localModels } from '../../../src/providers/local/models.ts';
import { createLocalProvider } from '../../../src/providers/local/provider.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { createLog } from '../../../src/telemetry/log.ts';

let folder: string;
let provider: Provider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-local-'));
  provider = createLocalProvider({ name: 'here', dataDir: folder, log: createLog('silent') });
});
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

const signal = (): AbortSignal => AbortSignal.timeout(30_000);

async function embed(texts: string[], dimensions: number | null = null, targetModel = 'minilm'): Promise<EmbedReading> {
  const answer = await provider.operations.EMBED?.({ texts, dimensions }, { targetModel, signal: signal() });
  if (answer === undefined) throw new Error('The local provider cannot embed.');
  return answer;
}

async function sentiment(text: string, targetModel: string, language: string | null = null): Promise<SentimentReading> {
  const answer = await provider.operations.SENTIMENT?.({ text, language }, { targetModel, signal: signal() });
  if (answer === undefined) throw new Error('The local provider cannot read sentiment.');
  return answer;
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return (a ?? new Float32Array()).reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0);
}

describe('embed', () => {
  it('puts texts of like meaning near each other', async () => {
    const { vectors, usage, warnings } = await embed(['The parcel is broken.', 'My package arrived damaged.', 'I like Mozart.']);
    expect(vectors.map((vector) => vector.length)).toEqual([384, 384, 384]);
    expect(cosine(vectors[0], vectors[1])).toBeGreaterThan(cosine(vectors[0], vectors[2]) + 0.3);
    expect(usage).toMatchObject({ input: 7 + 7 + 6, output: 0, reported: true });
    expect(warnings).toEqual([]);
  });

  it('keeps the order over many texts, and answers none with none', async () => {
    const texts = Array.from({ length: 80 }, (_, i) => `Number ${i}`);
    const { vectors } = await embed(texts);
    expect(vectors).toHaveLength(80);
    expect(cosine(vectors[67], (await embed(['Number 67'])).vectors[0])).toBeGreaterThan(0.999);
    expect((await embed([])).vectors).toEqual([]);
  });

  it('gives fewer dimensions with a warning, and refuses more', async () => {
    const { vectors, warnings } = await embed(['The parcel is broken.'], 64);
    expect(vectors[0]).toHaveLength(64);
    expect(cosine(vectors[0], vectors[0])).toBeCloseTo(1, 5);
    expect(warnings).toEqual([expect.stringContaining('64')]);
    await expect(embed(['text'], 385)).rejects.toMatchObject({ kind: 'bad_request' });
    await expect(embed(['text'], 0)).rejects.toMatchObject({ kind: 'bad_request' });
  });

  it('says how many texts were too long', async () => {
    const { warnings } = await embed(['short', 'long '.repeat(500_000)]);
    expect(warnings).toEqual([expect.stringContaining('1 of 2')]);
  });
});

describe('sentiment', () => {
  const angry = 'I am furious. The kettle leaked, nobody calls me back, this is unacceptable!';

  it.each(['minilm', 'lexicon'])('is read by %s in both languages', async (model) => {
    expect(await sentiment(angry, model)).toMatchObject({ label: 'NEGATIVE', language: 'en' });
    expect(await sentiment('Vielen Dank, ich bin sehr zufrieden!', model)).toMatchObject({ label: 'POSITIVE', language: 'de' });
    const { score, confidence } = await sentiment('Wann kommt mein Paket?', model);
    expect(Math.abs(score)).toBeLessThan(0.5);
    expect(confidence).toBeGreaterThan(0);
  });

  it('tells emotions by minilm, strongest first', async () => {
    const { emotions } = await sentiment(angry, 'minilm');
    expect(emotions[0]?.name).toBe('ANGER');
    expect(emotions.map(({ score }) => score)).toEqual(emotions.map(({ score }) => score).toSorted((a, b) => b - a));
    const glad = await sentiment('Thank you so much for your help!', 'minilm');
    expect(glad.emotions[0]?.name).toBe('GRATITUDE');
  });

  it('finds both sides in a mixed text', async () => {
    const text = 'The food was excellent, but the waiter was terribly rude.';
    expect((await sentiment(text, 'minilm')).label).toBe('MIXED');
  });

  it('says when it reads a language that it does not know', async () => {
    const { warnings, language } = await sentiment('Je voudrais savoir où se trouve mon colis, merci beaucoup.', 'minilm');
    expect(language).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('neither English nor German')]);
  });

  it('reads an empty text and one of megabytes', async () => {
    for (const model of ['minilm', 'lexicon']) {
      expect(await sentiment('', model)).toMatchObject({ language: null });
      expect(await sentiment('I love it. '.repeat(300_000), model)).toMatchObject({ label: 'POSITIVE' });
    }
  });
});

describe('the provider', () => {
  it('names the models that exist when asked for another', async () => {
    await expect(sentiment('text', 'bert')).rejects.toMatchObject({ kind: 'unknown_model', message: expect.stringContaining('minilm, lexicon') });
    await expect(embed(['text'], null, 'bert')).rejects.toMatchObject({ kind: 'unknown_model' });
    const asked = { targetModel: 'gpt', stream: true, signal: signal() };
    const chat = async (): Promise<unknown> =>
      provider.operations.CHAT?.(
        { messages: [], grounding: [], maxTokens: null, temperature: null, topP: null, stop: [], seed: null, tools: [], toolChoice: null, responseFormat: null },
        asked,
      );
    await expect(chat()).rejects.toMatchObject({ kind: 'unknown_model', message: expect.stringContaining('extractive') });
  });

  it('has an operation for each list of models', () => {
    expect(Object.keys(provider.operations).toSorted()).toEqual(Object.keys(localModels).toSorted());
    expect(provider.name).toBe('here');
  });

  it('keeps what it built in the data folder', async () => {
    expect(await readdir(join(folder, 'models'))).toContainEqual(expect.stringMatching(/^minilm.*\.onnx$/));
  });

  it('drops a job of a caller that is gone', async () => {
    const gone = AbortSignal.abort();
    await expect(
      provider.operations.EMBED?.({ texts: ['text'], dimensions: null }, { targetModel: 'minilm', signal: gone }),
    ).rejects.toMatchObject({ name: 'AbortedError' });
  });

  it('loads no runtime and no model and starts no process before the first call', async () => {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const program = `
      const { createLocalProvider } = await import(${url('../../../src/providers/local/provider.ts')});
      const { createLog } = await import(${url('../../../src/telemetry/log.ts')});
      const provider = createLocalProvider({ name: 'a', dataDir: ${JSON.stringify(folder)}, log: createLog('silent') });
      const native = process.report.getReport().sharedObjects.filter((path) => /onnx|sharp|vips/.test(path));
      const children = process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap');
      process.stdout.write(JSON.stringify({ native, children }));
      await provider.close();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
    expect(JSON.parse(stdout)).toEqual({ native: [], children: [] });
  });
});
