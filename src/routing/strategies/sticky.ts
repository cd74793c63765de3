import type { RequestFacts } from '../plan/facts.ts';

/** Whose calls stay at one target: a principal's, those with the same value in their metadata, or nobody's. */
export type Sticky = { by: 'principal' } | { by: 'metadata'; key: string } | { by: 'none' };

/** The text whose hash decides; null where the dice do. */
export function stickyKey(sticky: Sticky, facts: RequestFacts): string | null {
  const { app, user, keyId } = facts.principal;
  switch (sticky.by) {
    case 'none':
      return null;
    case 'principal':
      return `${app} ${user ?? keyId ?? ''}`;
    case 'metadata': {
      const value = facts.metadata?.[sticky.key];
      return value === undefined || value === null ? null : JSON.stringify(value);
    }
  }
}

/** Above 0 and below 1, evenly, and always the same for the same text (FNV-1a, finished as MurmurHash3 is). */
export function evenHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 0.5) / 2 ** 32;
}
