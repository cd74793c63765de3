const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = Buffer.from([0x3b]);

/** Cuts a GIF (GIF89a, section 26) after its first image. */
export function firstGifFrame(bytes: Buffer): Buffer {
  if (bytes.length < 13) return bytes;
  let at = 13 + colourTableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === EXTENSION) at = subBlocksEnd(bytes, at + 2);
    else if (block === IMAGE) {
      const data = at + 10 + colourTableBytes(bytes[at + 9] ?? 0);
      const end = subBlocksEnd(bytes, data + 1);
      if (end > bytes.length) return bytes;
      return end + 1 >= bytes.length ? bytes : Buffer.concat([bytes.subarray(0, end), TRAILER]);
    } else return bytes;
  }
  return bytes;
}

/** The highest bit says that there is a table, the lowest three its size as a power of two. */
function colourTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

/** Past the empty block that ends a row of blocks; beyond the end of the bytes when it is missing. */
function subBlocksEnd(bytes: Buffer, from: number): number {
  let at = from;
  for (let size = bytes[at]; size !== 0; size = bytes[at]) {
    if (size === undefined) return bytes.length + 1;
    at += size + 1;
  }
  return at + 1;
}
