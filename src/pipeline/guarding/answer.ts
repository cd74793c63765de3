import type { ChatChunk } from '../../canonical/chat.ts';
import type { OutputScope } from '../../policy/guardrails/guardrail.ts';

/** A part of a chat answer that is one text: what it says, its thinking, the arguments of one tool call. */
export type AnswerPart = 'text' | 'refusal' | 'reasoning' | `tool ${number}`;

/** Which part a chunk belongs to, and what it adds to it; null where it holds no text. */
export function partOf(chunk: ChatChunk): { part: AnswerPart; text: string } | null {
  switch (chunk.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return { part: chunk.type, text: chunk.text };
    case 'toolCallDelta':
      return { part: `tool ${chunk.index}`, text: chunk.arguments };
    default:
      return null;
  }
}

/** What a chat model has answered so far, for guardrails that judge it whole, and what is to stand in its place. */
export class Answer {
  readonly #parts = new Map<AnswerPart, string>();
  readonly #replaced = new Map<AnswerPart, string>();
  readonly #begun: string;

  /** @param begun the beginning of the text, which the request gives */
  constructor(begun: string) {
    this.#begun = begun;
    if (begun !== '') this.#parts.set('text', begun);
  }

  add(chunk: ChatChunk): void {
    const added = partOf(chunk);
    if (added !== null) this.#parts.set(added.part, (this.#parts.get(added.part) ?? '') + added.text);
  }

  /** The texts that a guardrail judges, by their part. */
  texts(scope: OutputScope): (readonly [AnswerPart, string])[] {
    const now = (part: AnswerPart): string => this.#replaced.get(part) ?? this.#parts.get(part) ?? '';
    if (scope === 'reply') {
      const reply = now('text') + now('refusal');
      return reply === '' && [...this.#parts.keys()].some(isToolCall) ? [] : [['text', reply]];
    }
    const parts = scope === 'prose' ? (['text', 'refusal'] as const) : [...this.#parts.keys()];
    return parts.map((part) => [part, now(part)] as const).filter(([, text]) => text !== '');
  }

  replace(part: AnswerPart, text: string): void {
    this.#replaced.set(part, text);
  }

  /** What the model is to have said in a part instead; undefined where it stays. */
  replacement(part: AnswerPart): string | undefined {
    const text = this.#replaced.get(part);
    return part === 'text' && text?.startsWith(this.#begun) === true ? text.slice(this.#begun.length) : text;
  }
}

/** The part is the arguments of a tool call. */
export function isToolCall(part: AnswerPart): boolean {
  return part.startsWith('tool ');
}
