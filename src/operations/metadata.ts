import type { JsonObject } from '../canonical/chat.ts';
import { InputError } from '../canonical/errors.ts';

const MAX_CHARACTERS = 16 * 1024;

/**
 * Metadata is kept with every call's record and read back with it.
 * @param field where it stands, for the error
 * @throws InputError when it is too large
 */
export function checkMetadata(metadata: JsonObject, field: string): void {
  const { length } = JSON.stringify(metadata);
  if (length > MAX_CHARACTERS) throw new InputError(field, `expected at most ${MAX_CHARACTERS} characters of JSON, found ${length}.`);
}
