import { MediaError } from '../canonical/errors.ts';

export const ACCEPTED_IMAGES = 'JPEG, PNG, WebP, AVIF, GIF and TIFF';
export const ACCEPTED_AUDIO = 'WAV, MP3, FLAC, Ogg, M4A and WebM';

/** The media is broken or of a wrong kind. The message names the field and what is accepted. */
export function unsupported(field: string, message: string, cause?: unknown): MediaError {
  return new MediaError('MEDIA_UNSUPPORTED', `${field}: ${message}`, cause, { field });
}

/** The media is larger than is allowed, in bytes or in pixels. */
export function tooLarge(field: string, message: string, cause?: unknown): MediaError {
  return new MediaError('MEDIA_TOO_LARGE', `${field}: ${message}`, cause, { field });
}

/** Bytes for people: `8 MiB`, `20.5 MiB`, `512 bytes`. */
export function megabytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${Number((bytes / 1024).toFixed(1))} KiB`;
  return `${Number((bytes / 1024 / 1024).toFixed(1))} MiB`;
}
