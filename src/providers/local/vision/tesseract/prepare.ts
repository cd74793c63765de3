import sharp from 'sharp';
import type { RawImage } from '../../../../canonical/media.ts';

/** Tesseract reads letters best when they are about 30 pixels high; a receipt has some 45 letters a row. */
const WANTED_WIDTH = 1600;
const MAX_ENLARGEMENT = 2.5;
const MAX_PIXELS = 6_000_000;

export interface Prepared {
  /** A portable greymap (PGM), the cheapest format that Tesseract's reader knows. */
  bytes: Buffer;
  /** Pixels of `bytes` for one pixel of the input. */
  scale: number;
}

/** Makes a picture grey, and larger when its letters would be too small to read. */
export async function prepare(image: RawImage): Promise<Prepared> {
  const { width, height } = image;
  const room = Math.sqrt(MAX_PIXELS / (width * height));
  const scale = Math.max(1, Math.min(MAX_ENLARGEMENT, WANTED_WIDTH / width, room));
  const grey = await sharp(image.data, { raw: { width, height, channels: 3 } })
    .grayscale()
    .resize({ width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)), fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const header = Buffer.from(`P5\n${grey.info.width} ${grey.info.height}\n255\n`, 'latin1');
  return { bytes: Buffer.concat([header, grey.data]), scale };
}
