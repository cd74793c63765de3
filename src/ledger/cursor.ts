import { InputError } from '../canonical/errors.ts';

/** A place in the list of calls, newest first. */
export interface CallPlace {
  /** Milliseconds since 1970. */
  startedAt: number;
  id: string;
}

const CURSOR = /^(\d{1,15}):([0-9a-f-]{1,64})$/;

/** The opaque cursor of a call, for `CallsQuery.after`. */
export function callCursor(call: { startedAt: Date; id: string }): string {
  return Buffer.from(`${call.startedAt.getTime()}:${call.id}`).toString('base64url');
}

/** @throws InputError when the text is no cursor of ours */
export function parseCursor(cursor: string): CallPlace {
  const match = CURSOR.exec(Buffer.from(cursor, 'base64url').toString());
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new InputError('after', 'this is no cursor; use `endCursor` of a page as it came.');
  }
  return { startedAt: Number(match[1]), id: match[2] };
}
