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
  return JSON.stringify({ instance, call }, (_, value: unknown) => {
    // A Buffer has become this by its own toJSON before it comes here.
    return isBytes(value) ? { base64: Buffer.from(value.data).toString('base64') } : value;
  });
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

function isBytes(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
}

function isBase64(value: unknown): value is { base64: string } {
  return typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string';
}
