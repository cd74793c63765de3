import { createHash } from 'node:crypto';

/** The id of a document: the SHA-256 of its text, hex, without the prefix. */
export function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Reads an id as it is sent (`sha256:...`, GraphQL over HTTP, appendix A; Apollo's clients send the hex alone).
 * @returns the hex; null when it is none
 */
export function readId(text: string): string | null {
  return /^(?:sha256:)?([0-9a-f]{64})$/.exec(text)?.[1] ?? null;
}
