import type { ChatChunk } from '../../canonical/chat.ts';

export interface DeliveredCall {
  id: string;
  name: string;
  arguments: string;
}

/** What the caller has already been given of an answer. */
export class Delivered {
  readonly #text: string[] = [];
  readonly #refusal: string[] = [];
  readonly #calls = new Map<number, { id: string; name: string; arguments: string[] }>();
  #reasoned = false;
  #opaque = false;

  add(chunk: ChatChunk): void {
    switch (chunk.type) {
      case 'text':
        this.#text.push(chunk.text);
        return;
      case 'refusal':
        this.#refusal.push(chunk.text);
        return;
      case 'reasoning':
        this.#reasoned = true;
        return;
      case 'textEnd':
        this.#opaque ||= chunk.citations !== null;
        return;
      case 'vendor':
        this.#opaque = true;
        return;
      case 'toolCallStart':
        this.#calls.set(chunk.index, { id: chunk.id, name: chunk.name, arguments: [] });
        return;
      case 'toolCallDelta':
        this.#calls.get(chunk.index)?.arguments.push(chunk.arguments);
        return;
      default:
    }
  }

  clear(): void {
    this.#text.length = 0;
    this.#refusal.length = 0;
    this.#calls.clear();
    this.#reasoned = false;
    this.#opaque = false;
  }

  /** What only one vendor can say has been told, so that no other answer is like it. */
  get opaque(): boolean {
    return this.#opaque;
  }

  get text(): string {
    return this.#text.join('');
  }

  get refusal(): string {
    return this.#refusal.join('');
  }

  get calls(): ReadonlyMap<number, DeliveredCall> {
    return new Map([...this.#calls].map(([index, call]) => [index, { ...call, arguments: call.arguments.join('') }]));
  }

  /** Thinking has been shown. */
  get reasoned(): boolean {
    return this.#reasoned;
  }

  get isEmpty(): boolean {
    return !this.#reasoned && !this.#opaque && this.#text.length === 0 && this.#refusal.length === 0 && this.#calls.size === 0;
  }

  /** Nothing but text, so that a target can go on from it. */
  get isText(): boolean {
    return !this.#opaque && this.#calls.size === 0 && this.#refusal.length === 0 && this.#text.some((piece) => piece.trim() !== '');
  }

  /** All that was written, for an estimate of its tokens. */
  get all(): string {
    return [this.text, this.refusal, ...[...this.calls.values()].map((call) => call.arguments)].join('');
  }
}
