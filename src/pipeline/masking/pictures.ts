import type { Image } from '../../canonical/media.ts';
import type { TextLine } from '../../canonical/results.ts';
import { AbortedError } from '../../canonical/errors.ts';
import { CheckedImage } from '../../media/image.ts';
import { MaskingError, type MaskedCount } from '../../policy/masking/index.ts';
import type { PolicyMasking } from '../../policy/policies.ts';
import { findInLines } from '../../policy/masking/lines.ts';
import type { Call } from '../call.ts';
import { replaceImages } from '../images.ts';
import type { MaskMore } from './mask.ts';

/** Reads the text in a picture on this machine, once by each model that can. @throws UpstreamFailure where nothing can read it; MediaError */
export type ReadLines = (image: Image, signal: AbortSignal) => Promise<TextLine[][]>;

/** Milliseconds that reading one picture may take. */
const READ_MS = 60_000;

/**
 * Paints over private text in pictures before they leave this machine. Models on this machine, which take pixels, see
 * the picture as it came. A picture that several calls of a request send is read once.
 */
export function maskPictures(readLines: ReadLines): MaskMore {
  const memory = new WeakMap<Image, Promise<TextLine[][]>>();
  const linesOf = (image: Image, signal: AbortSignal): Promise<TextLine[][]> => {
    const known = memory.get(image);
    if (known !== undefined) return known;
    const reading = readLines(image, signal);
    memory.set(image, reading);
    // The next call may have more luck, or more time.
    reading.catch(() => memory.delete(image));
    return reading;
  };
  const maskAll = async (call: Call, images: readonly Image[], masking: PolicyMasking): Promise<MaskedCount[]> => {
    const deadline = AbortSignal.timeout(READ_MS);
    const signal = AbortSignal.any([call.context.signal, deadline]);
    const counts: MaskedCount[] = [];
    const masked = new Map<Image, Image>();
    for (const image of images) {
      const readings = await linesOf(image, signal).catch((error: unknown) => {
        if (call.context.signal.aborted) throw new AbortedError(error);
        if (deadline.aborted) throw new MaskingError('deadline', `A picture was not read within ${READ_MS} ms.`);
        throw new MaskingError('crash', 'A picture could not be read on this machine, so nobody knows what is in it.');
      });
      const finds = readings.map((lines) => findInLines(lines, masking.masker));
      counts.push(...largest(finds.map((find) => find.counts)));
      const areas = finds.flatMap((find) => find.areas);
      if (areas.length > 0) masked.set(image, coveredForVendors(image, areas));
    }
    replaceImages(call, (image) => masked.get(image) ?? image);
    return counts;
  };
  return (call, masking) => {
    if (hasAudio(call)) call.warn('A sound was sent as it is: what is said in it is not masked.');
    const images = imagesOf(call);
    if (images.length === 0) return null;
    if (masking.pictures) return maskAll(call, images, masking);
    call.warn('Pictures were sent as they are: the policy does not have them masked.');
    return null;
  };
}

/** Models that read the same picture find the same things: each kind as often as the one that found most of it. */
function largest(readings: readonly MaskedCount[][]): MaskedCount[] {
  const most = new Map<string, number>();
  for (const { kind, count } of readings.flat()) most.set(kind, Math.max(count, most.get(kind) ?? 0));
  return [...most].map(([kind, count]) => ({ kind, count }));
}

function coveredForVendors(image: Image, areas: Parameters<CheckedImage['covered']>[0]): Image {
  if (!(image instanceof CheckedImage)) throw new MaskingError('crash', 'A picture of this kind cannot be painted over.');
  const covered = image.covered(areas);
  return {
    width: image.width,
    height: image.height,
    digest: () => covered.digest(),
    encode: (limits, signal) => covered.encode(limits, signal),
    pixels: (maxSide, signal) => image.pixels(maxSide, signal),
  };
}

function imagesOf(call: Call): Image[] {
  if (call.is('VISION')) return [call.request.image];
  const images: Image[] = [];
  if (!call.is('CHAT')) return images;
  for (const { content } of call.request.messages) {
    for (const part of content) {
      if (part.type === 'image') images.push(part.image);
      else if (part.type === 'toolResult' && part.result.images !== undefined) images.push(...part.result.images);
    }
  }
  return images;
}

function hasAudio(call: Call): boolean {
  return call.is('CHAT') && call.request.messages.some(({ content }) => content.some(({ type }) => type === 'audio'));
}
