import type { Charge } from '../budgets/charge.ts';
import type { SealedPayload } from './payloads.ts';
import type { CallRow } from './tables.ts';

/** A call as it goes into the database or the journal: nothing of it is readable that is to be secret. */
export interface StoredCall {
  row: CallRow;
  charges: Charge[] | null;
  payload: SealedPayload | null;
}

/** A line of the journal. */
export function encode(instance: string, call: StoredCall): string {
  return JSON.stringify({ instance, call: withBase64(call) });
}

/** The call without the bytes of its pictures: of those only is told that they were sent. */
export function withoutPictures(call: StoredCall): StoredCall {
  const { payload } = call;
  if (payload === null || payload.pictures.length === 0) return call;
  return { ...call, payload: { ...payload, pictures: payload.pictures.map((picture) => ({ ...picture, bytes: null })) } };
}

/** Bytes as text. Not by a replacer: a Buffer would have become an array of numbers before that sees it. */
function withBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  if (Array.isArray(value)) return value.map(withBase64);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withBase64(inner)]));
}

/** Null for a line that a crash has cut. */
export function decode(line: string): { instance: string; call: StoredCall } | null {
  try {
    // Written by `encode`.
    return JSON.parse(line, (_, value: unknown) => (isBase64(value) ? Buffer.from(value.base64, 'base64') : value)) as {
      instance: string;
      call: StoredCall;
    };
  } catch {
    return null;
  }
}

function isBase64(value: unknown): value is { base64: string } {
  return typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string';
}
