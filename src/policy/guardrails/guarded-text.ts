import { WINDOW, without, type Finding, type GuardContext, type WindowGuardrail } from './guardrail.ts';

/** What was sent already and is looked at again with what follows, in UTF-16 units. */
const CONTEXT = 240;
/** So much has to come together before it is judged again: to judge each token would cost more than to send it. */
const STEP = 40;

/** Longest word of ASCII letters that is never sent in parts: a token or a key is known for one only when it is whole. */
const LONGEST_WORD = 4_096;

/** Told of every find; true when it is to be taken out. Throws where the call must end. */
export type OnFinding = (guardrail: WindowGuardrail, finding: Finding) => boolean;
/** Told of a guardrail that could not judge; throws where the call must end. */
export type OnFailure = (guardrail: WindowGuardrail) => void;

/**
 * One text that arrives in pieces, judged before it goes on: its last letters are held back, so that what is stopped
 * is never sent first.
 */
export class GuardedText {
  readonly #guardrails: readonly WindowGuardrail[];
  readonly #context: GuardContext;
  readonly #onFinding: OnFinding;
  readonly #onFailure: OnFailure;
  #sent = '';
  #held = '';
  #changed = false;

  /** @param before what the text goes on from: looked at, and not a part of it */
  constructor(guardrails: readonly WindowGuardrail[], context: GuardContext, onFinding: OnFinding, onFailure: OnFailure, before = '') {
    this.#sent = before.slice(-CONTEXT);
    this.#onFailure = onFailure;
    this.#guardrails = guardrails;
    this.#context = context;
    this.#onFinding = onFinding;
  }

  /** Something was taken out. */
  get changed(): boolean {
    return this.#changed;
  }

  push(piece: string): string {
    this.#held += piece;
    return this.#held.length <= WINDOW + STEP ? '' : this.#release(false);
  }

  end(): string {
    return this.#release(true);
  }

  #release(whole: boolean): string {
    for (const guardrail of this.#guardrails) this.#judge(guardrail, whole);
    let length = whole ? this.#held.length : Math.min(Math.max(0, this.#held.length - WINDOW), openWordOf(this.#held));
    // A pair of surrogates is not torn.
    if (length > 0 && length < this.#held.length && isHighSurrogate(this.#held.charCodeAt(length - 1))) length -= 1;
    const out = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    this.#sent = (this.#sent + out).slice(-CONTEXT);
    return out;
  }

  #judge(guardrail: WindowGuardrail, whole: boolean): void {
    const text = this.#sent + this.#held;
    let finding: Finding | null;
    try {
      finding = guardrail.check(text, this.#context, whole);
    } catch {
      this.#onFailure(guardrail);
      return;
    }
    if (finding === null) return;
    // What ends in what was sent has been judged before; what touches the end may still become something else.
    const spans = finding.spans.filter(({ end }) => end > this.#sent.length && (whole || end < text.length));
    if (finding.spans.length > 0 && spans.length === 0) return;
    if (!this.#onFinding(guardrail, { ...finding, spans })) return;
    const own = spans.map(({ start, end }) => ({ start: Math.max(0, start - this.#sent.length), end: end - this.#sent.length }));
    this.#held = without(this.#held, own);
    this.#changed = true;
  }
}

/** Where the word begins that the text ends in; the end of the text where it ends in none. */
function openWordOf(text: string): number {
  let start = text.length;
  while (start > 0 && text.length - start < LONGEST_WORD && isKeyLetter(text.charCodeAt(start - 1))) start -= 1;
  return text.length - start >= LONGEST_WORD ? text.length : start;
}

/** What is in keys, tokens and addresses: visible ASCII without quotes and brackets. */
function isKeyLetter(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a) || '-._~+/=:@%&?'.includes(String.fromCharCode(unit));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
