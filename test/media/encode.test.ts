import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageLimits } from '../../src/canonical/media.ts';
import { chunks, coded, createMedia, difference, NEVER, noise, orient, OWNER, photo, SECRET, TARGET, withExif } from './support.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;

async function encode(bytes: Buffer, limits: ImageLimits = TARGET) {
  const media = await createMedia();
  const image = await media.image({ base64: bytes.toString('base64') }, 'image', OWNER, NEVER);
  return { image, encoded: await image.encode(limits, NEVER) };
}

async function expectClean(bytes: Uint8Array) {
  const meta = await sharp(bytes).metadata();
  expect(meta).not.toHaveProperty('exif');
  expect(meta).not.toHaveProperty('xmp');
  expect(meta).not.toHaveProperty('iptc');
  expect(meta).not.toHaveProperty('icc');
  expect(meta.orientation ?? 1).toBe(1);
  expect(Buffer.from(bytes).includes(SECRET)).toBe(false);
  return meta;
}

describe('a picture for a target', () => {
  for (const format of FORMATS) {
    it(`comes from ${format} without metadata, whether it has to be scaled or fits`, async () => {
      const source = await withExif(photo(320, 200))[format]().toBuffer();
      for (const maxSide of [1568, 100]) {
        const { image, encoded } = await encode(source, { ...TARGET, maxSide });
        expect(image).toMatchObject({ width: 320, height: 200 });
        const meta = await expectClean(encoded.bytes);
        expect(meta).toMatchObject({ width: encoded.width, height: encoded.height, mediaType: encoded.mimeType });
        expect(TARGET.mimeTypes).toContain(encoded.mimeType);
        expect(Math.max(encoded.width, encoded.height)).toBe(Math.min(maxSide, 320));
        const plain = await photo(320, 200).resize(encoded.width, encoded.height).png().toBuffer();
        expect(await difference(plain, encoded.bytes)).toBeLessThan(format === 'gif' ? 12 : 6);
      }
    });
  }

  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`is upright when it came with orientation ${orientation}`, async () => {
      const plain = photo(400, 240).jpeg({ quality: 95 });
      // With and without a colour profile, which takes another way.
      const isProfiled = orientation % 2 === 0;
      const jpeg = await (isProfiled ? plain.withIccProfile('p3') : withExif(plain)).toBuffer();
      const source = orient(jpeg, orientation);
      const upright = await sharp(source).autoOrient().resize(200, 200, { fit: 'inside' }).png().toBuffer();
      const { image, encoded } = await encode(source, { ...TARGET, maxSide: 200 });
      const turned = orientation >= 5;
      expect(image).toMatchObject(turned ? { width: 240, height: 400 } : { width: 400, height: 240 });
      expect(encoded).toMatchObject(turned ? { width: 120, height: 200 } : { width: 200, height: 120 });
      expect(await difference(upright, encoded.bytes)).toBeLessThan(4);
      await expectClean(encoded.bytes);
      const fitting = await encode(source);
      expect(fitting.encoded).toMatchObject({ width: image.width, height: image.height });
      await expectClean(fitting.encoded.bytes);
      const pixels = await image.pixels(200, NEVER);
      const raw = { width: pixels.width, height: pixels.height, channels: 3 } as const;
      expect(await difference(upright, await sharp(pixels.data, { raw }).png().toBuffer())).toBeLessThan(4);
    });
  }

  for (const format of ['jpeg', 'png', 'webp'] as const) {
    it(`keeps its ${format} pixels as they are when it fits`, async () => {
      const source = await withExif(photo(320, 200))[format]().toBuffer();
      const { encoded } = await encode(Buffer.concat([source, Buffer.from(SECRET)]));
      expect(encoded.mimeType).toBe(`image/${format}`);
      expect(await difference(source, encoded.bytes)).toBe(0);
      await expectClean(encoded.bytes);
      // The extended header of a WebP no longer promises what has gone.
      expect(format === 'webp' ? (encoded.bytes[20] ?? 0) & 0x0c : 0).toBe(0);
    });
  }

  it('keeps the colours of a wide-gamut photo, in sRGB', async () => {
    const source = await photo(400, 240).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    const wanted = await sharp(source).resize(200).png().toBuffer();
    const naive = await sharp(source, { ignoreIcc: true }).resize(200).png().toBuffer();
    expect(await difference(naive, wanted)).toBeGreaterThan(4);
    const { encoded } = await encode(source, { ...TARGET, maxSide: 200 });
    expect(await difference(wanted, encoded.bytes)).toBeLessThan(3);
    await expectClean(encoded.bytes);
  });

  it('survives a colour profile that does not fit it, or is none', async () => {
    const profiled = await sharp(await photo(10, 10).withIccProfile('p3').jpeg().toBuffer()).metadata();
    const grey = await photo(60, 40).greyscale().jpeg().toBuffer();
    const colour = await photo(60, 40).jpeg().toBuffer();
    for (const profile of [profiled.icc ?? Buffer.alloc(0), Buffer.alloc(500, 'not a profile')]) {
      const segment = Buffer.concat([Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1'), profile]);
      segment.writeUInt16BE(segment.length - 2, 2);
      for (const jpeg of [grey, colour]) {
        const source = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
        const { image, encoded } = await encode(source, { ...TARGET, maxSide: 30 });
        expect(encoded).toMatchObject({ width: 30, height: 20 });
        await expectClean(encoded.bytes);
        expect((await image.pixels(30, NEVER)).data).toHaveLength(30 * 20 * 3);
      }
    }
  });

  it('has white where it was transparent, when the target reads only JPEG', async () => {
    const source = await sharp({ create: { width: 50, height: 50, channels: 4, background: '#f000' } }).png().toBuffer();
    const { image, encoded } = await encode(source, { ...TARGET, mimeTypes: ['image/jpeg'] });
    const white = Buffer.alloc(50 * 50 * 3, 255);
    expect((await sharp(encoded.bytes).raw().toBuffer()).equals(white)).toBe(true);
    expect(Buffer.from((await image.pixels(50, NEVER)).data).equals(white)).toBe(true);
  });

  it('comes from grey, 16-bit and CMYK as 8-bit RGB pixels', async () => {
    const sources = [
      await photo(60, 40).greyscale().png().toBuffer(),
      await photo(60, 40).toColourspace('rgb16').png().toBuffer(),
      await photo(60, 40).toColourspace('cmyk').jpeg().toBuffer(),
    ];
    for (const source of sources) {
      const { image, encoded } = await encode(source, { ...TARGET, mimeTypes: ['image/png'], maxSide: 30 });
      expect((await image.pixels(30, NEVER)).data).toHaveLength(30 * 20 * 3);
      expect(await sharp(encoded.bytes).metadata()).toMatchObject({ depth: 'uchar' });
    }
  });

  it('is the first frame of an animation', async () => {
    const red = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#f00' } }).png().toBuffer();
    const blue = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#00f' } }).png().toBuffer();
    for (const format of ['gif', 'webp'] as const) {
      const source = await sharp([red, blue], { join: { animated: true } })[format]().toBuffer();
      const { image, encoded } = await encode(source);
      expect(image).toMatchObject({ width: 20, height: 20 });
      const { channels } = await sharp(encoded.bytes).stats();
      expect(channels[0]?.mean).toBeGreaterThan(240);
      expect(channels[2]?.mean).toBeLessThan(15);
      expect((await sharp(encoded.bytes).metadata()).pages ?? 1).toBe(1);
    }
  });

  it('loses quality, then size, until its bytes fit', async () => {
    const source = await noise(1000, 800).jpeg({ quality: 95 }).toBuffer();
    const [large, middle, small] = await Promise.all(
      [400_000, 200_000, 8000].map(async (maxBytes) => {
        const { encoded } = await encode(source, { ...TARGET, maxBytes });
        expect(encoded.bytes.length).toBeLessThanOrEqual(maxBytes);
        await expectClean(encoded.bytes);
        return encoded;
      }),
    );
    expect(large?.width).toBe(1000);
    expect(middle?.width).toBeLessThanOrEqual(1000);
    expect(small?.width).toBeLessThan(300);
    // No smaller than it has to be.
    expect(small?.bytes.length).toBeGreaterThan(2500);
  });

  it('is refused when no size can be small enough', async () => {
    const source = await noise(300, 300).jpeg().toBuffer();
    await expect(encode(source, { ...TARGET, maxBytes: 100 })).rejects.toMatchObject(
      coded('MEDIA_TOO_LARGE', /^image\.base64: .*100 bytes/),
    );
  });

  it('becomes a type that only that target takes', async () => {
    const source = await photo(100, 80).jpeg().toBuffer();
    for (const mimeType of ['image/png', 'image/webp', 'image/gif'] as const) {
      const { encoded } = await encode(source, { ...TARGET, mimeTypes: [mimeType] });
      expect((await sharp(encoded.bytes).metadata()).mediaType).toBe(mimeType);
    }
  });

  it('is made once for the same limits, however many ask and whoever of them leaves', async () => {
    const media = await createMedia();
    const upload = await media.store(chunks(await noise(1200, 900).jpeg().toBuffer()), OWNER, NEVER);
    const image = await media.image({ upload: upload.id }, 'image', OWNER, NEVER);
    const limits = { ...TARGET, maxSide: 400 };
    const leaving = new AbortController();
    const left = image.encode(limits, leaving.signal);
    const stayed = image.encode({ ...limits }, NEVER);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortedError' });
    const encoded = await stayed;
    expect(await image.encode(limits, NEVER)).toBe(encoded);
    expect(await image.encode({ ...limits, maxSide: 300 }, NEVER)).not.toBe(encoded);
    expect(await image.pixels(100, NEVER)).toBe(await image.pixels(100, NEVER));
  });
});
