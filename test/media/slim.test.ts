import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { slim } from '../../src/media/slim/slim.ts';
import { chunks, createMedia, difference, NEVER, OWNER, photo, pngChunk, TARGET } from './support.ts';

const frames = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => photo(20 + (index % 2), 20).resize(20, 20).png().toBuffer()));

function webpChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

async function webpOfFrames(count: number): Promise<Buffer> {
  const still = (await photo(1, 1).webp().toBuffer()).subarray(12);
  const frame = webpChunk('ANMF', Buffer.concat([Buffer.alloc(16), still]));
  const extended = Buffer.alloc(10);
  extended[0] = 2;
  const body = [webpChunk('VP8X', extended), webpChunk('ANIM', Buffer.alloc(6)), Buffer.alloc(frame.length * count, frame)];
  const form = Buffer.concat([Buffer.from('WEBP'), ...body]);
  return webpChunk('RIFF', form);
}

function pngOfTexts(count: number): Buffer {
  const header = Buffer.from('00000008000000080802000000', 'hex');
  const text = pngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(20_000_000))]));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...Array.from({ length: count }, () => text),
    pngChunk('IDAT', deflateSync(Buffer.alloc(25 * 8))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('what a decoder is given', () => {
  it('is the first frame of an animation, and looks the same', async () => {
    for (const format of ['gif', 'webp'] as const) {
      const animation = await sharp(await frames(5), { join: { animated: true } })[format]().toBuffer();
      expect((await sharp(animation).metadata()).pages).toBe(5);
      const slimmed = slim(Buffer.from(animation), `image/${format}`);
      expect((await sharp(slimmed).metadata()).pages ?? 1).toBe(1);
      expect(await difference(animation, slimmed)).toBe(0);
    }
  });

  it('is the first page of a TIFF, in every layout', async () => {
    for (const options of [{}, { bigtiff: true }]) {
      const pages = await sharp(await frames(3), { join: { animated: true } }).tiff(options).toBuffer();
      expect((await sharp(pages).metadata()).pages).toBe(3);
      const slimmed = slim(Buffer.from(pages), 'image/tiff');
      expect((await sharp(slimmed).metadata()).pages).toBe(1);
      expect(await difference(pages, slimmed)).toBe(0);
    }
  });

  it('is the very file when there is nothing to leave out', async () => {
    for (const format of ['png', 'gif', 'webp'] as const) {
      const bytes = await photo(20, 20)[format]().toBuffer();
      expect(slim(bytes, `image/${format}`).equals(bytes)).toBe(true);
    }
  });

  it('never fails, whatever the bytes are', () => {
    const types = fc.constantFrom('image/png', 'image/gif', 'image/webp', 'image/tiff');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), types, (bytes, type) => {
        expect(slim(Buffer.from(bytes), type).length).toBeLessThanOrEqual(bytes.length + 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('is cheap also where the file is made to hurt', async () => {
    const media = await createMedia();
    for (const bytes of [await webpOfFrames(150_000), pngOfTexts(200)]) {
      const start = performance.now();
      const { id } = await media.store(chunks(bytes, 1_000_000), OWNER, NEVER);
      const image = await media.image({ upload: id }, 'i', OWNER, NEVER);
      expect((await image.encode(TARGET, NEVER)).bytes.length).toBeGreaterThan(0);
      expect(performance.now() - start).toBeLessThan(3000);
    }
  });
});
