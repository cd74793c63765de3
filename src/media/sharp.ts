import type sharpModule from 'sharp';
import type { Sharp } from 'sharp';
import { KanonError, type MediaError } from '../canonical/errors.ts';
import { tooLarge, unsupported } from './errors.ts';

export type SharpModule = typeof sharpModule;

/** Longest that one decode or encode may take, in seconds; the largest allowed picture takes a few. */
const JOB_SECONDS = 30;

let loading: Promise<SharpModule> | null = null;

/** Loads sharp with the first picture: it takes 50 ms and 20 MB that a gateway without pictures need not spend. */
export function loadSharp(): Promise<SharpModule> {
  loading ??= importSharp().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function importSharp(): Promise<SharpModule> {
  let sharp: SharpModule;
  try {
    ({ default: sharp } = await import('sharp'));
  } catch (error) {
    throw new KanonError('INTERNAL', 'Pictures cannot be read here: the package sharp does not load on this machine.', {
      cause: error,
    });
  }
  // Pictures are not asked for twice, and the gate decides how many run at once.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** Opens the first frame of a picture, strictly. */
export function open(
  sharp: SharpModule,
  bytes: Buffer,
  options: { /** 0 is no limit. */ maxPixels: number; ignoreIcc?: boolean | undefined },
): Sharp {
  return sharp(bytes, {
    failOn: 'error',
    limitInputPixels: options.maxPixels,
    sequentialRead: true,
    pages: 1,
    ignoreIcc: options.ignoreIcc ?? false,
  }).timeout({ seconds: JOB_SECONDS });
}

/** What a failure of sharp means to the caller; its own message stays in the cause. */
export function decodeError(field: string, error: unknown): MediaError {
  const message = error instanceof Error ? error.message : '';
  if (/pixel limit/.test(message)) return tooLarge(field, 'the picture has too many pixels.', error);
  if (/timeout/.test(message)) return tooLarge(field, `the picture takes longer than ${JOB_SECONDS} s to decode.`, error);
  return unsupported(field, 'the picture is broken or cut; send the whole file.', error);
}
