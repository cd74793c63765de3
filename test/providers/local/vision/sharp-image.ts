import sharp from 'sharp';
import { MediaError } from '../../../../src/canonical/errors.ts';
import type { Image } from '../../../../src/canonical/media.ts';

/** A picture over sharp, with as much of the media layer as a vision model needs. */
export async function sharpImage(source: string | Buffer): Promise<Image> {
  const { width, height } = await sharp(source).metadata();
  return {
    width,
    height,
    digest: () => String(source),
    encode: () => Promise.reject(new Error('A local model takes pixels.')),
    async pixels(maxSide) {
      try {
        const { data, info } = await sharp(source)
          .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
          .flatten({ background: '#ffffff' })
          .toColourspace('srgb')
          .raw()
          .toBuffer({ resolveWithObject: true });
        return { data, width: info.width, height: info.height };
      } catch (cause) {
        throw new MediaError('MEDIA_UNSUPPORTED', 'The picture is broken.', cause);
      }
    },
  };
}
