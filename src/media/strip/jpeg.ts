const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;
/** Baseline, extended and progressive Huffman frames: what every decoder reads. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** DHT, DQT, DRI: tables that the picture is decoded with. */
const TABLES = new Set([0xc4, 0xdb, 0xdd]);

/** JFIF 1.1 without a thumbnail, which could show what the picture was before it was cropped. */
const JFIF = Buffer.from('ffe000104a46494600010100000100010000', 'hex');

/**
 * Rewrites a JPEG (ITU-T T.81) without EXIF, XMP, IPTC, comments, thumbnails, embedded previews and whatever follows
 * its end, and leaves the picture itself as it is, bit for bit.
 * @returns null when the file is anything but a plain, complete, 8-bit grey or YCbCr picture; then it is for a decoder.
 */
export function stripJpeg(bytes: Buffer): Buffer | null {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return null;
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let at = 2;
  let frames = 0;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) return null;
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return null;
    const segment = bytes.subarray(at, end);
    at = end;
    if (TABLES.has(marker)) kept.push(segment);
    else if (FRAMES.has(marker)) {
      frames += 1;
      if (frames > 1 || !isPlainFrame(segment)) return null;
      kept.push(segment);
    } else if (marker === APP0 && segment.toString('latin1', 4, 8) === 'JFIF') kept.push(JFIF);
    else if (marker === APP14) return null;
    else if (marker === SOS) {
      if (frames === 0) return null;
      const next = scanEnd(bytes, end);
      if (next === -1) return null;
      kept.push(segment, bytes.subarray(end, next));
      at = next;
      if (bytes[at + 1] === EOI) {
        kept.push(bytes.subarray(at, at + 2));
        return Buffer.concat(kept);
      }
    } else if (!isDroppable(marker)) return null;
  }
  return null;
}

/** 8 bits, one component or three whose ids say YCbCr (an Adobe marker would be needed for anything else). */
function isPlainFrame(segment: Buffer): boolean {
  if (segment[4] !== 8) return false;
  if (segment[9] === 1) return true;
  return segment[9] === 3 && segment[10] === 1 && segment[13] === 2 && segment[16] === 3;
}

/** Application segments and comments. */
function isDroppable(marker: number): boolean {
  return (marker >= APP0 && marker <= 0xef) || marker === 0xfe;
}

/** Where the entropy-coded data ends: at the first marker that is neither a stuffed zero nor a restart. */
function scanEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return -1;
}
