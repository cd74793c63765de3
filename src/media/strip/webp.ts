/** VP8X flags (RFC 9649, section 2.7.1). */
const ANIMATION = 0x02;
const METADATA = 0x0c;
const ICC = 0x20;

/**
 * Rewrites a still WebP (RFC 9649) without EXIF, XMP, unknown chunks and whatever follows its end.
 * @returns null when it is cut, animated, or carries a colour profile; then it is for a decoder.
 */
export function stripWebp(bytes: Buffer): Buffer | null {
  if (bytes.length < 20) return null;
  const total = 8 + bytes.readUInt32LE(4);
  if (total > bytes.length) return null;
  const kept: Buffer[] = [];
  let at = 12;
  let pictures = 0;
  while (at + 8 <= total) {
    const type = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    if (end > total) return null;
    const chunk = bytes.subarray(at, end);
    if (type === 'VP8X') {
      const header = Buffer.from(chunk);
      const flags = header[8] ?? 0;
      if (size !== 10 || (flags & (ANIMATION | ICC)) !== 0) return null;
      header[8] = flags & ~METADATA;
      kept.push(header);
    } else if (type === 'ALPH') kept.push(chunk);
    else if (type === 'VP8 ' || type === 'VP8L') {
      pictures += 1;
      kept.push(chunk);
    } else if (type === 'ANIM' || type === 'ANMF' || type === 'ICCP') return null;
    at = end;
  }
  if (pictures !== 1) return null;
  const body = Buffer.concat(kept);
  const riff = Buffer.alloc(12);
  riff.write('RIFF', 0, 'latin1');
  riff.writeUInt32LE(body.length + 4, 4);
  riff.write('WEBP', 8, 'latin1');
  return Buffer.concat([riff, body]);
}
