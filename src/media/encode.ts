import type { OutputInfo, Sharp } from 'sharp';
import { MediaError } from '../canonical/errors.ts';
import type { EncodedImage, ImageLimits, ImageMimeType, RawImage } from '../canonical/media.ts';
import type { Box } from '../canonical/results.ts';
import { megabytes, tooLarge, unsupported } from './errors.ts';
import type { PictureHeader } from './header.ts';
import { paint } from './paint.ts';
import { loadSharp, open, type SharpModule } from './sharp.ts';
import type { SourceImageType } from './sniff.ts';
import { stripMetadata } from './strip/strip.ts';

/** A checked picture, as it came. */
export interface SourcePicture {
  bytes: Buffer;
  mimeType: SourceImageType;
  header: PictureHeader;
  /** The input field that it came in, for errors. */
  field: string;
  maxPixels: number;
  /** What is painted over, in pixels of the upright picture. */
  covered?: readonly Box[];
}

/** From what a photo loses nothing visible at, to what a receipt can still be read at. */
const QUALITIES = [85, 75, 60, 45] as const;
/** Quality of scaled-down tries: fewer pixels of better quality are read better than more of a worse one. */
const SCALED_QUALITY = 60;
/** Below this side, in pixels, no model sees anything. */
const SMALLEST_SIDE = 32;

/**
 * Makes what a target accepts: upright, without metadata, in sRGB, within the sides and bytes. A picture that fits
 * already keeps its pixels and loses only its metadata. Otherwise JPEG stays JPEG where the target reads it, and
 * all else becomes the first type of the target; quality is lowered first, then the size, until it fits.
 * @throws MediaError, or what sharp throws on a broken picture.
 */
export async function encodeWithin(picture: SourcePicture, limits: ImageLimits): Promise<EncodedImage> {
  const stripped = stripFitting(picture, limits);
  if (stripped !== null) return stripped;
  const target = targetType(picture, limits);
  const sharp = await loadSharp();
  const first = await compress(await upright(sharp, picture, limits.maxSide), target, QUALITIES[0]);
  if (first.bytes.length <= limits.maxBytes) return first;
  return squeeze(sharp, picture, target, limits, first);
}

/** Decodes to RGB pixels, upright, no side longer than `maxSide`; what is transparent becomes white. */
export async function decodePixels(picture: SourcePicture, maxSide: number): Promise<RawImage> {
  const sharp = await loadSharp();
  const { data, info } = await raw(await upright(sharp, picture, maxSide));
  return { data, width: info.width, height: info.height };
}

function stripFitting(picture: SourcePicture, limits: ImageLimits): EncodedImage | null {
  const { bytes, mimeType, header } = picture;
  const isAccepted = limits.mimeTypes.some((accepted) => accepted === mimeType);
  const isSmall = bytes.length <= limits.maxBytes && Math.max(header.width, header.height) <= limits.maxSide;
  // A profile names a device and changes the colours: such a picture is turned into sRGB instead.
  if (!isAccepted || !isSmall || header.orientation !== 1 || header.hasProfile || picture.covered !== undefined) return null;
  const stripped = stripMetadata(bytes, mimeType);
  if (stripped === null || stripped.length > limits.maxBytes || !isTargetType(mimeType)) return null;
  return { bytes: stripped, mimeType, width: header.width, height: header.height };
}

function isTargetType(mimeType: SourceImageType): mimeType is SourceImageType & ImageMimeType {
  return mimeType !== 'image/avif' && mimeType !== 'image/tiff';
}

function targetType(picture: SourcePicture, limits: ImageLimits): ImageMimeType {
  if (picture.mimeType === 'image/jpeg' && limits.mimeTypes.includes('image/jpeg')) return 'image/jpeg';
  const first = limits.mimeTypes[0];
  if (first === undefined) throw unsupported(picture.field, 'the target reads no pictures.');
  return first;
}

/**
 * The picture scaled and upright, still to be encoded. Turning comes after scaling, and so does the way from the
 * picture's own colours to sRGB: on a 12-megapixel phone photo both together take 95 ms instead of 310.
 */
async function upright(sharp: SharpModule, picture: SourcePicture, maxSide: number): Promise<Sharp> {
  const { covered } = picture;
  const shown = await uncovered(sharp, picture, maxSide);
  if (covered === undefined) return shown;
  const { data, info } = await raw(shown);
  // Before it is encoded, so that no codec can smear what was there into what is left.
  paint({ data, width: info.width, height: info.height }, covered, info.width / picture.header.width);
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } });
}

async function uncovered(sharp: SharpModule, picture: SourcePicture, maxSide: number): Promise<Sharp> {
  const { bytes, header, maxPixels } = picture;
  const convertsLate = header.hasProfile && header.isPlain;
  const scaled = open(sharp, bytes, { maxPixels, ignoreIcc: convertsLate }).resize({
    width: maxSide,
    height: maxSide,
    fit: 'inside',
    withoutEnlargement: true,
  });
  const turned = turn(scaled, header.orientation);
  if (!convertsLate) return header.isPlain ? turned : turned.toColourspace('srgb');
  const small = await turned.keepIccProfile().tiff({ compression: 'none' }).toBuffer();
  return open(sharp, small, { maxPixels });
}

/** Undoes each EXIF orientation (CIPA DC-008, tag 0x0112): mirroring first, then turning clockwise. */
function turn(picture: Sharp, orientation: number): Sharp {
  switch (orientation) {
    case 2:
      return picture.flop();
    case 3:
      return picture.rotate(180);
    case 4:
      return picture.flip();
    case 5:
      return picture.flop().rotate(270);
    case 6:
      return picture.rotate(90);
    case 7:
      return picture.flop().rotate(90);
    case 8:
      return picture.rotate(270);
    default:
      return picture;
  }
}

async function compress(picture: Sharp, mimeType: ImageMimeType, quality: number): Promise<EncodedImage> {
  const { data, info } = await encoder(picture, mimeType, quality).toBuffer({ resolveWithObject: true });
  return { bytes: data, mimeType, width: info.width, height: info.height };
}

function encoder(picture: Sharp, mimeType: ImageMimeType, quality: number): Sharp {
  switch (mimeType) {
    case 'image/jpeg':
      // Optimised Huffman tables save 3 % of the bytes for 20 % more time.
      return picture.flatten({ background: '#fff' }).jpeg({ quality, optimiseCoding: false });
    case 'image/png':
      return picture.png();
    case 'image/webp':
      return picture.webp({ quality });
    case 'image/gif':
      return picture.gif();
    default:
      throw new MediaError('MEDIA_UNSUPPORTED', `Pictures of type ${mimeType satisfies never} cannot be made.`);
  }
}

/** Finds the largest of the tries that fits; the source is decoded once more and kept as pixels meanwhile. */
async function squeeze(
  sharp: SharpModule,
  picture: SourcePicture,
  target: ImageMimeType,
  limits: ImageLimits,
  first: EncodedImage,
): Promise<EncodedImage> {
  const decoded = await raw(await upright(sharp, picture, limits.maxSide));
  const from = (): Sharp =>
    sharp(decoded.data, { raw: { width: decoded.info.width, height: decoded.info.height, channels: 3 } });
  let last = first;
  // The lowest quality makes about a third of the bytes: what is further away than that needs fewer pixels.
  const hasQuality = target === 'image/jpeg' || target === 'image/webp';
  if (hasQuality && first.bytes.length < limits.maxBytes * 3) {
    for (const quality of QUALITIES.slice(1)) {
      last = await compress(from(), target, quality);
      if (last.bytes.length <= limits.maxBytes) return last;
    }
  }
  let side = Math.max(decoded.info.width, decoded.info.height);
  while (side > SMALLEST_SIDE) {
    const wanted = Math.sqrt(limits.maxBytes / last.bytes.length) * 0.95;
    side = Math.max(SMALLEST_SIDE, Math.floor(side * Math.min(0.85, Math.max(0.5, wanted))));
    last = await compress(from().resize({ width: side, height: side, fit: 'inside' }), target, SCALED_QUALITY);
    if (last.bytes.length <= limits.maxBytes) return last;
  }
  throw tooLarge(picture.field, `the picture cannot be made as small as ${megabytes(limits.maxBytes)}.`);
}

async function raw(picture: Sharp): Promise<{ data: Buffer; info: OutputInfo }> {
  return picture
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
}
