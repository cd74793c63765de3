import type { AudioFormat } from '../canonical/media.ts';
import { ACCEPTED_AUDIO, ACCEPTED_IMAGES, unsupported } from './errors.ts';
import { sniff, type Sniffed, type SourceImageType } from './sniff.ts';

/** @throws MediaError MEDIA_UNSUPPORTED when the bytes are no picture that is read here. */
export function imageType(bytes: Uint8Array, field: string): SourceImageType {
  const sniffed = sniff(bytes);
  if (sniffed.kind === 'image') return sniffed.mimeType;
  throw unsupported(field, `a picture is expected, this is ${describe(sniffed)}. Accepted are ${ACCEPTED_IMAGES}.`);
}

/** @throws MediaError MEDIA_UNSUPPORTED when the bytes are no sound that is known here. */
export function audioFormat(bytes: Uint8Array, field: string): AudioFormat {
  const sniffed = sniff(bytes);
  if (sniffed.kind === 'audio') return sniffed.format;
  throw unsupported(field, `a sound is expected, this is ${describe(sniffed)}. Accepted are ${ACCEPTED_AUDIO}.`);
}

/** @throws MediaError MEDIA_UNSUPPORTED when the bytes are neither. */
export function pictureOrSound(bytes: Uint8Array, field: string): Exclude<Sniffed, { kind: 'other' }> {
  const sniffed = sniff(bytes);
  if (sniffed.kind !== 'other') return sniffed;
  throw unsupported(field, `${describe(sniffed)} is not accepted. Accepted are ${ACCEPTED_IMAGES}; ${ACCEPTED_AUDIO}.`);
}

function describe(sniffed: Sniffed): string {
  if (sniffed.kind !== 'other') return sniffed.mimeType;
  return sniffed.name === 'unknown' ? 'a file of an unknown type' : sniffed.name;
}
