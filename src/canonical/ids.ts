import { randomFillSync } from 'node:crypto';

const BYTES = 16;
/** Random bytes for the next ids: getting them costs as much for many as for one. */
const pool = Buffer.alloc(BYTES * 256);
let used = pool.length;

/** A UUID of version 7: sorts by the time at which it was made (RFC 9562, section 5.7). */
export function uuidv7(now: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += BYTES));
  random.writeUIntBE(now, 0, 6);
  random.writeUInt8(0x70 | (random.readUInt8(6) & 0x0f), 6);
  random.writeUInt8(0x80 | (random.readUInt8(8) & 0x3f), 8);
  const hex = random.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
