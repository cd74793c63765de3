import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chunks, coded, createMedia, NEVER, noise, OWNER, photo, pngChunk, pngClaiming, TARGET } from './support.ts';

/** Whatever the caller would notice first: taking the picture in, or encoding it. */
async function use(bytes: Uint8Array) {
  const media = await createMedia();
  const base64 = Buffer.from(bytes).toString('base64');
  const image = await media.image({ base64 }, 'input.image', OWNER, NEVER);
  return image.encode({ ...TARGET, maxSide: 64 }, NEVER);
}

describe('a bad picture', () => {
  it('that claims 100000 x 100000 pixels is refused from its header, within milliseconds', async () => {
    await use(await photo(8, 8).png().toBuffer());
    const whole = pngClaiming(100_000, 100_000);
    for (const bytes of [whole, whole.subarray(0, 33)]) {
      const start = performance.now();
      await expect(use(bytes)).rejects.toMatchObject({
        ...coded('MEDIA_TOO_LARGE', /^input\.image\.base64: .*100000 x 100000 pixels; at most 100 megapixels/),
        details: { field: 'input.image.base64' },
      });
      expect(performance.now() - start).toBeLessThan(500);
    }
  });

  it('that claims too many pixels in any other format is refused too', async () => {
    const media = await createMedia({ limits: { maxPixels: 5000 } });
    for (const format of ['jpeg', 'webp', 'avif', 'gif', 'tiff'] as const) {
      const base64 = (await photo(100, 60)[format]().toBuffer()).toString('base64');
      await expect(media.image({ base64 }, 'i', OWNER, NEVER)).rejects.toMatchObject(coded('MEDIA_TOO_LARGE', /100 x 60/));
    }
  });

  it('that is cut is never taken for a whole one', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
      const bytes = await noise(200, 150)[format]().toBuffer();
      for (const part of [0.3, 0.6, 0.98]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        await expect(use(cut)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
      }
    }
  });

  it('that is cut is refused also where it would fit as it is', async () => {
    const media = await createMedia();
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await noise(200, 150)[format]().toBuffer();
      const encoding = (async () => {
        const base64 = bytes.subarray(0, bytes.length - 40).toString('base64');
        return (await media.image({ base64 }, 'i', OWNER, NEVER)).encode(TARGET, NEVER);
      })();
      await expect(encoding).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
  });

  it('whose chunks do not add up is left to a decoder, which refuses it', async () => {
    const header = pngClaiming(60, 60).subarray(0, 33);
    const garbage = pngChunk('IDAT', Buffer.from('this is no deflate stream'));
    const wrongSum = Buffer.from(garbage);
    wrongSum.writeUInt32BE(7, wrongSum.length - 4);
    for (const data of [garbage, wrongSum]) {
      await expect(use(Buffer.concat([header, data]))).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
  });

  it('of zero bytes is refused, however it comes', async () => {
    const media = await createMedia();
    for (const source of [{ base64: '' }, { url: 'data:image/png;base64,' }, { base64: 'data:image/png;base64,' }]) {
      await expect(media.image(source, 'i', OWNER, NEVER)).rejects.toMatchObject(coded('MEDIA_UNSUPPORTED', /empty/));
    }
    await expect(media.store(chunks(Buffer.alloc(0)), OWNER, NEVER)).rejects.toMatchObject(
      coded('MEDIA_UNSUPPORTED', /empty/),
    );
  });

  it('that is something else is named, and what is accepted too', async () => {
    const others: [string, RegExp][] = [
      ['a receipt, renamed to .jpg', /this is text.*JPEG, PNG, WebP, AVIF, GIF and TIFF/],
      ['<svg xmlns="http://www.w3.org/2000/svg"/>', /this is SVG/],
      ['<?xml version="1.0"?><svg/>', /this is SVG/],
      ['%PDF-1.7\n', /this is PDF/],
      ['BM\x00\x01\x02\x03', /this is BMP/],
      ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', /this is HEIC/],
      ['\x1f\x8b\x08\0\0\0\0\0', /an unknown type/],
      ['RIFF\x24\0\0\0WAVEfmt ', /this is audio\/wav/],
    ];
    for (const [bytes, message] of others) {
      await expect(use(Buffer.from(bytes, 'latin1'))).rejects.toMatchObject(coded('MEDIA_UNSUPPORTED', message));
    }
  });

  it('is judged by its bytes, not by what is declared', async () => {
    const media = await createMedia();
    const url = `data:image/png;base64,${(await photo(10, 10).jpeg().toBuffer()).toString('base64')}`;
    const image = await media.image({ url }, 'i', OWNER, NEVER);
    expect(await image.encode(TARGET, NEVER)).toMatchObject({ mimeType: 'image/jpeg', width: 10 });
  });

  it('leaves the next good one unharmed', async () => {
    await expect(use(Buffer.from('\xff\xd8\xff\xe0broken', 'latin1'))).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    expect(await sharp((await use(await photo(10, 10).jpeg().toBuffer())).bytes).metadata()).toMatchObject({ width: 10 });
  });
});

describe('a scan of 4961 x 7016', () => {
  it('passes', async () => {
    const scan = await sharp({ create: { width: 4961, height: 7016, channels: 3, background: '#fff' } }).jpeg().toBuffer();
    const media = await createMedia();
    const { id } = await media.store(chunks(scan), OWNER, NEVER);
    const image = await media.image({ upload: id }, 'i', OWNER, NEVER);
    expect(await image.encode(TARGET, NEVER)).toMatchObject({ width: 1109, height: 1568 });
  });
});
