import { splitAtStrings } from '../masking/json-spans.ts';
import { jsonViewOf } from '../masking/json-view.ts';
import { REMOVED, type Found, type GuardContext, type WindowGuardrail } from './guardrail.ts';
import type { OnFailure, OnFinding } from './guarded-text.ts';

/**
 * JSON that arrives in pieces: arguments of a tool call, an answer in JSON. Nobody can use it before its end, so it is
 * held back and judged whole, by what its strings say; what is taken out leaves JSON.
 */
export class GuardedJson {
  readonly #guardrails: readonly WindowGuardrail[];
  readonly #context: GuardContext;
  readonly #onFinding: OnFinding;
  readonly #onFailure: OnFailure;
  readonly #before: string;
  #held = '';
  #changed = false;

  /** @param before what the text goes on from: looked at, and not a part of it */
  constructor(guardrails: readonly WindowGuardrail[], context: GuardContext, onFinding: OnFinding, onFailure: OnFailure, before = '') {
    this.#before = before;
    this.#guardrails = guardrails;
    this.#context = context;
    this.#onFinding = onFinding;
    this.#onFailure = onFailure;
  }

  /** Something was taken out. */
  get changed(): boolean {
    return this.#changed;
  }

  push(piece: string): string {
    this.#held += piece;
    return '';
  }

  end(): string {
    for (const guardrail of this.#guardrails) {
      const text = judgeJson(this.#held, guardrail, this.#context, this.#onFinding, this.#onFailure, this.#before);
      if (text !== this.#held) this.#changed = true;
      this.#held = text;
    }
    const out = this.#held;
    this.#held = '';
    return out;
  }
}

/**
 * Judges a JSON text by what it says.
 * @param before what the text goes on from: looked at, and not a part of it
 * @returns the text, without the finds where they are to be taken out
 */
export function judgeJson(text: string, guardrail: WindowGuardrail, context: GuardContext, onFinding: OnFinding, onFailure: OnFailure, before = ''): string {
  const all = before + text;
  const view = jsonViewOf(all);
  let finding: ReturnType<WindowGuardrail['check']>;
  try {
    finding = guardrail.check(view.text, context, true);
  } catch {
    onFailure(guardrail);
    return text;
  }
  if (finding === null) return text;
  const found = finding.spans
    .map(({ start, end }) => ({ start: Math.max(before.length, view.startOf(start)), end: view.endOf(end), kind: guardrail.kind }))
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start);
  if (finding.spans.length > 0 && found.length === 0) return text;
  const spans = splitAtStrings(all, view, found);
  return onFinding(guardrail, { ...finding, spans }) ? removed(all, spans, (at) => view.stringAt(at) !== undefined).slice(before.length) : text;
}

function removed(text: string, spans: readonly Found[], inString: (position: number) => boolean): string {
  let out = '';
  let copied = 0;
  for (const { start, end } of spans) {
    if (end <= copied) continue;
    if (start >= copied) out += text.slice(copied, start) + (inString(start) ? REMOVED : `"${REMOVED}"`);
    copied = end;
  }
  return out + text.slice(copied);
}
