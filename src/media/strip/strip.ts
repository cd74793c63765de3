import type { SourceImageType } from '../sniff.ts';
import { stripJpeg } from './jpeg.ts';
import { stripPng } from './png.ts';
import { stripWebp } from './webp.ts';

/**
 * Takes the metadata out of a picture without decoding it: under a millisecond where encoding anew takes 35 (JPEG) to
 * 300 (WebP), and no second loss of quality. Everything that is not known to belong to the picture is left out.
 * @returns null when the file is not plain enough to be sure; then it must be decoded and encoded anew.
 */
export function stripMetadata(bytes: Buffer, mimeType: SourceImageType): Buffer | null {
  switch (mimeType) {
    case 'image/jpeg':
      return stripJpeg(bytes);
    case 'image/png':
      return stripPng(bytes);
    case 'image/webp':
      return stripWebp(bytes);
    default:
      return null;
  }
}
