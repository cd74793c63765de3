import { megabytes, tooLarge, unsupported } from './errors.ts';
import { decodeError, loadSharp, open } from './sharp.ts';
import type { SourceImageType } from './sniff.ts';

/** What a picture says of itself, before any pixel is decoded. */
export interface PictureHeader {
  /** Upright size in pixels. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8; 1 is upright. */
  orientation: number;
  hasAlpha: boolean;
  hasProfile: boolean;
  /** 8-bit RGB or grey, without alpha. */
  isPlain: boolean;
}

/**
 * Reads the header and checks what it claims.
 * @throws MediaError MEDIA_TOO_LARGE for too many pixels, MEDIA_UNSUPPORTED when the header is broken.
 */
export async function readHeader(
  bytes: Buffer,
  mimeType: SourceImageType,
  field: string,
  maxPixels: number,
): Promise<PictureHeader> {
  // Before sharp is asked: a claim that is absurd is refused as such even when nothing sensible follows it.
  if (mimeType === 'image/png' && bytes.length >= 24) {
    checkPixels(bytes.readUInt32BE(16), bytes.readUInt32BE(20), field, maxPixels);
  }
  const sharp = await loadSharp();
  let meta;
  try {
    meta = await open(sharp, bytes, { maxPixels: 0 }).metadata();
  } catch (error) {
    throw decodeError(field, error);
  }
  if (meta.mediaType !== mimeType) throw unsupported(field, 'the picture contradicts its own signature.');
  const { width, height } = meta.autoOrient;
  checkPixels(width, height, field, maxPixels);
  return {
    width,
    height,
    orientation: meta.orientation ?? 1,
    hasAlpha: meta.hasAlpha,
    hasProfile: meta.hasProfile,
    isPlain: meta.depth === 'uchar' && !meta.hasAlpha && (meta.space === 'srgb' || meta.space === 'b-w'),
  };
}

function checkPixels(width: number, height: number, field: string, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw tooLarge(
    field,
    `the picture claims ${width} x ${height} pixels; at most ${Math.floor(maxPixels / 1_000_000)} megapixels are allowed.`,
  );
}

/** @throws MediaError MEDIA_TOO_LARGE. */
export function checkBytes(bytes: number, max: number, field: string, what: string): void {
  if (bytes > max) throw tooLarge(field, `${what} may have at most ${megabytes(max)}.`);
}
