import { InputError } from '../canonical/errors.ts';
import { megabytes, tooLarge } from './errors.ts';

/** A data URL's part before the comma is a few dozen characters; nobody needs more than this. */
const MAX_DATA_URL_HEADER = 256;

export function isDataUrl(text: string): boolean {
  return /^\s{0,8}data:/i.test(text);
}

/**
 * Decodes base64 (RFC 4648), in the standard or the URL-safe alphabet, padded or not, plain or as a data URL
 * (RFC 2397). Spaces and line breaks are skipped, as `base64` on the command line writes them; anything else that is
 * not of the alphabet is an error. The length is checked before anything is decoded.
 * @param maxBytes most bytes after decoding.
 * @throws InputError when it is malformed, MediaError MEDIA_TOO_LARGE when it is too long.
 */
export function decodeBase64(text: string, field: string, maxBytes: number): Buffer {
  const payload = isDataUrl(text) ? dataUrlPayload(text, field) : text;
  // 4 characters carry 3 bytes; a line break every 60 characters or more is within the allowance.
  if (payload.length > Math.ceil(maxBytes / 3) * 4 * 1.04 + 64) throw tooBig(field, maxBytes);
  const bytes = decodeStrict(payload) ?? decodeStrict(payload.replace(/[\t\n\r ]+/g, ''));
  if (bytes === null) throw malformed(payload, field);
  if (bytes.length > maxBytes) throw tooBig(field, maxBytes);
  return bytes;
}

/**
 * Node's decoder is fast and skips what it does not know, so a wrong character shows as missing bytes; only beyond
 * ASCII is it fooled, since it looks at the low byte of a character alone.
 */
function decodeStrict(text: string): Buffer | null {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  if (digits % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return null;
  if (Buffer.byteLength(text, 'utf8') !== text.length) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === Math.floor((digits * 3) / 4) ? bytes : null;
}

function dataUrlPayload(text: string, field: string): string {
  const comma = text.slice(0, MAX_DATA_URL_HEADER).indexOf(',');
  if (comma === -1 || !/;\s*base64\s*$/i.test(text.slice(0, comma))) {
    throw new InputError(field, 'this data URL is not base64; write it as data:image/jpeg;base64,...');
  }
  return text.slice(comma + 1);
}

function malformed(payload: string, field: string): InputError {
  const at = payload.search(/[^A-Za-z0-9+/_=\t\n\r -]/);
  if (at !== -1) return new InputError(field, `malformed base64: the character at position ${at} is not of its alphabet.`);
  return new InputError(field, 'malformed base64: its length or padding is wrong; it was probably cut.');
}

function tooBig(field: string, maxBytes: number): Error {
  return tooLarge(
    field,
    `base64 may hold at most ${megabytes(maxBytes)} after decoding; send larger media to POST /uploads and use its id.`,
  );
}
