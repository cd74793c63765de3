import type { RequestFacts } from '../plan/facts.ts';
import { isWithin, type Hours } from './hours.ts';

/** For which requests a target is. What is null does not matter; all that is given must hold. */
export interface When {
  /** Estimated tokens of the request, both ends included. */
  inputTokens: { min: number; max: number } | null;
  /** With pictures, or without. */
  images: boolean | null;
  /** ISO 639-1 codes; a text whose language cannot be told is none of them. */
  languages: readonly string[] | null;
  /** Of each key one of these values. */
  metadata: Readonly<Record<string, readonly string[]>> | null;
  apps: readonly string[] | null;
  users: readonly string[] | null;
  teams: readonly string[] | null;
  hours: Hours | null;
}

/** Why a target is not for a request; null when it is. */
export function mismatch(when: When, facts: RequestFacts): string | null {
  const { principal } = facts;
  if (when.apps !== null && !when.apps.includes(principal.app)) return 'is for other apps';
  if (when.users !== null && !when.users.includes(principal.user ?? '')) return 'is for other users';
  if (when.teams !== null && !when.teams.includes(principal.team ?? '')) return 'is for other teams';
  if (when.images !== null && when.images !== facts.images > 0) return when.images ? 'is for requests with pictures' : 'is for requests without pictures';
  if (when.hours !== null && !isWithin(when.hours, facts.now)) return 'is for other hours';
  for (const [key, values] of Object.entries(when.metadata ?? {})) {
    const value = facts.metadata?.[key];
    if (typeof value === 'object' || !values.includes(String(value))) return `is for other values of metadata.${key}`;
  }
  if (when.inputTokens !== null) {
    const { min, max } = when.inputTokens;
    if (facts.inputTokens < min) return `is for requests of at least ${min} tokens`;
    if (facts.inputTokens > max) return `is for requests of at most ${max} tokens`;
  }
  if (when.languages !== null && !when.languages.includes(facts.language)) return 'is for other languages';
  return null;
}
