/**
 * Ends a TIFF (TIFF 6.0, section 2; BigTIFF has 8-byte counts and offsets) after its first directory, by zeroing the
 * offset of the next one in place.
 */
export function firstTiffPage(bytes: Buffer): Buffer {
  const isLittle = bytes[0] === 0x49;
  const isBig = bytes[isLittle ? 2 : 3] === 43;
  const [offsetAt, countBytes, entryBytes, offsetBytes] = isBig ? [8, 8, 20, 8] : [4, 2, 12, 4];
  const directory = readUnsigned(bytes, offsetAt, offsetBytes, isLittle);
  const count = readUnsigned(bytes, directory, countBytes, isLittle);
  const next = directory + countBytes + count * entryBytes;
  // NaN, from outside the file, is not within it either.
  if (next + offsetBytes <= bytes.length) bytes.fill(0, next, next + offsetBytes);
  return bytes;
}

/** NaN when it is not within the file. */
function readUnsigned(bytes: Buffer, at: number, size: number, isLittle: boolean): number {
  if (!(at + size <= bytes.length)) return NaN;
  if (size === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  return isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
}
