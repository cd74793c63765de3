/** Leaves an animated WebP (RFC 9649, section 2.7) its first frame alone; a still one stays as it is. */
export function firstWebpFrame(bytes: Buffer): Buffer {
  if (bytes.length < 20) return bytes;
  const total = 8 + bytes.readUInt32LE(4);
  if (total > bytes.length) return bytes;
  let at = 12;
  while (at + 8 <= total) {
    const size = bytes.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    if (end > total) return bytes;
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') {
      const first = Buffer.from(bytes.subarray(0, end));
      first.writeUInt32LE(end - 8, 4);
      return first;
    }
    at = end;
  }
  return bytes;
}
