import type { Finding } from './guardrail.ts';

/** A shorter text may be of any language. */
const SHORTEST = 20;
const READ = 2_000;

let detect: Promise<(text: string) => string> | null = null;

/** Finds texts in other languages than those allowed (ISO 639-1). What cannot be told, or is short, passes. */
export function findLanguage(allowed: readonly string[]): (texts: readonly string[]) => Promise<Finding | null> {
  return async (texts) => {
    detect ??= import('tinyld').then((module) => module.detect);
    const detectLanguage = await detect;
    for (const text of texts) {
      if (text.trim().length < SHORTEST) continue;
      const language = detectLanguage(text.slice(0, READ));
      if (language !== '' && !allowed.includes(language)) return { reason: `its language (${language}) is not among those allowed`, spans: [] };
    }
    return null;
  };
}
