/** Where a text comes from: the caller, what was retrieved for it, or the model. */
export type Place = 'input' | 'grounding' | 'output';

/**
 * What becomes of a find: the call goes on with a warning, is refused, or goes on with the find taken out.
 */
export type GuardMode = 'flag' | 'block' | 'rewrite';

/** `[start, end)` in UTF-16 units. */
export interface Found {
  start: number;
  end: number;
}

/** What a guardrail has found. */
export interface Finding {
  /** In a few words, for the caller, the log and the audit trail. Never holds content. */
  reason: string;
  /** Where, for a guardrail that can rewrite; empty where the text as a whole is at fault. */
  spans: readonly Found[];
  /** A warning at most, whatever the mode. */
  flagOnly?: boolean;
}

/** What a guardrail may look at beside the text. */
export interface GuardContext {
  operation: string;
  model: string;
  app: string;
  /** The application's own instructions, which an answer must not give away. */
  systemTexts: readonly string[];
  signal: AbortSignal;
}

interface Common {
  /** As in the config: `words`, `injection`. */
  readonly kind: string;
  readonly mode: GuardMode;
  /** What becomes of a call that the guardrail could not judge. */
  readonly fail: 'closed' | 'open';
  readonly on: ReadonlySet<Place>;
}

/** Judges a text where it stands, and on a stream what is held back of it: what it looks for is at most `WINDOW` long. */
export interface WindowGuardrail extends Common {
  readonly reach: 'window';
  /** @param whole nothing follows the text */
  check(text: string, context: GuardContext, whole: boolean): Finding | null;
}

/**
 * What of an output is judged. `everything`: what a model gives, its thinking and the arguments of tool calls too.
 * `prose`: what it says to people. `reply`: what a chat model replies, as one text, empty or not.
 */
export type OutputScope = 'everything' | 'prose' | 'reply';

/** Judges a text as a whole; a stream whose answer it may stop is held back to its end. */
export interface WholeGuardrail extends Common {
  readonly reach: 'whole';
  readonly outputs: OutputScope;
  /** Is given JSON as it is written; others are given what it says, without escapes. */
  readonly raw?: boolean;
  /** @throws whatever goes wrong; `fail` decides what follows */
  check(texts: readonly string[], place: Place, context: GuardContext): Promise<Finding | Replacement | null> | Finding | Replacement | null;
}

/** Texts in place of those that were judged, one for each. */
export interface Replacement {
  reason: string;
  texts: readonly string[];
}

export type Guardrail = WindowGuardrail | WholeGuardrail;

/** UTF-16 units of a stream that are held back: what a guardrail stops is never sent before it is seen whole. */
export const WINDOW = 240;

/** Stands in place of what was taken out. */
export const REMOVED = '[removed]';

/** A text without the finds. */
export function without(text: string, spans: readonly Found[]): string {
  let out = '';
  let copied = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (end <= copied) continue;
    if (start >= copied) out += text.slice(copied, start) + REMOVED;
    copied = end;
  }
  return out + text.slice(copied);
}
