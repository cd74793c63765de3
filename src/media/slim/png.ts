const SIGNATURE_BYTES = 8;
const IEND = code('IEND');
/** What makes the picture, its colours and its orientation. Texts, times and frames are left out. */
const KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'pHYs', 'iCCP', 'eXIf'].map(code));

/** Leaves out of a PNG (W3C PNG, third edition, section 5) all chunks that say nothing about how it looks. */
export function slimPng(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  let keptFrom = 0;
  let at = SIGNATURE_BYTES;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    if (!KEPT.has(type)) {
      if (keptFrom < at) kept.push(bytes.subarray(keptFrom, at));
      keptFrom = end;
    }
    at = end;
    if (type === IEND) break;
  }
  if (keptFrom === 0 && at === bytes.length) return bytes;
  // Past the chunks that can be followed nothing is kept, not even a cut one: the decoder misses it.
  if (keptFrom < at) kept.push(bytes.subarray(keptFrom, at));
  return Buffer.concat(kept);
}

function code(type: string): number {
  return Buffer.from(type, 'latin1').readUInt32BE(0);
}
