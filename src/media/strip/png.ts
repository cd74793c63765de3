import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** What the picture is made of, and the colour space where it takes only numbers to say it. */
const KEPT = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'IDAT', 'IEND']);

/**
 * Rewrites a PNG (W3C PNG, third edition) without texts, EXIF, times, animation frames and whatever follows its end.
 * @returns null when a chunk is cut or its checksum is wrong; then it is for a decoder.
 */
export function stripPng(bytes: Buffer): Buffer | null {
  const kept: Buffer[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  let at = SIGNATURE_BYTES;
  let hasData = false;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (KEPT.has(type)) {
      if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return null;
      kept.push(bytes.subarray(at, end));
    } else if (isCritical(type)) return null;
    hasData ||= type === 'IDAT';
    if (type === 'IEND') return hasData ? Buffer.concat(kept) : null;
    at = end;
  }
  return null;
}

/** An upper-case first letter says that a decoder must understand the chunk. */
function isCritical(type: string): boolean {
  return type.charCodeAt(0) < 0x60;
}
