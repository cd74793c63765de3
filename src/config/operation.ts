import type { Operation } from '../canonical/results.ts';

const CANONICAL = { chat: 'CHAT', sentiment: 'SENTIMENT', vision: 'VISION', embed: 'EMBED' } as const satisfies Record<string, Operation>;

/** An operation as the file writes it. */
export type FileOperation = keyof typeof CANONICAL;

/** All operations as the file writes them. */
export const FILE_OPERATIONS = ['chat', 'sentiment', 'vision', 'embed'] as const satisfies readonly FileOperation[];

export function isFileOperation(value: unknown): value is FileOperation {
  return typeof value === 'string' && Object.hasOwn(CANONICAL, value);
}

/** The operation as the rest of the program calls it. */
export function canonicalOperation<O extends FileOperation>(operation: O): (typeof CANONICAL)[O] {
  return CANONICAL[operation];
}
