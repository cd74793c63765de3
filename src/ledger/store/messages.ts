import { type ErrorCode, KanonError } from '../../canonical/errors.ts';
import type { Store, StoreOptions } from './store.ts';

/** What a store's thread is started with. */
export interface ThreadOptions extends StoreOptions {
  /** The writer holds the data folder; the reader is a second connection of the same process. */
  role: 'writer' | 'reader';
}

/** The methods of the store that can be asked for across threads: all arguments and results are plain data. */
export type StoreMethod = Exclude<keyof Store, 'close'>;

export interface StoreRequest {
  id: number;
  method: StoreMethod | 'close';
  args: readonly unknown[];
}

/** `id` 0 tells how the start went. */
export type StoreReply = { id: number; value: unknown } | { id: number; error: PlainError } | { notice: string };

/** An error as data: a class does not survive the way between threads. */
export interface PlainError {
  message: string;
  code: ErrorCode | null;
}

export function toPlain(error: unknown): PlainError {
  if (error instanceof KanonError) return { message: error.message, code: error.code };
  return { message: error instanceof Error ? error.message : String(error), code: null };
}

export function fromPlain({ message, code }: PlainError): Error {
  return code === null ? new StoreError(message) : new KanonError(code, message);
}

/** The database refused or could not be reached. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
