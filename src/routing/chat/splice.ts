import type { ChatChunk } from '../../canonical/chat.ts';
import type { Delivered } from './delivered.ts';
import { PrefixMatch } from './prefix.ts';

/**
 * Lays a new answer over one that broke off: what is delivered is checked and kept back, what follows is passed on.
 * Thinking that has been shown is not shown again, whatever it is this time: no two runs think alike.
 */
export class Splice {
  readonly #text: PrefixMatch;
  readonly #refusal: PrefixMatch;
  readonly #calls: ReadonlyMap<number, { name: string; match: PrefixMatch }>;
  readonly #reasoned: boolean;
  readonly #opaque: boolean;
  readonly #seen: ChatChunk[] = [];

  constructor(delivered: Delivered) {
    this.#text = new PrefixMatch(delivered.text);
    this.#refusal = new PrefixMatch(delivered.refusal);
    this.#calls = new Map([...delivered.calls].map(([index, call]) => [index, { name: call.name, match: new PrefixMatch(call.arguments) }]));
    this.#reasoned = delivered.reasoned;
    this.#opaque = delivered.opaque;
  }

  /** The new answer as it has come so far, for when it takes the place of the old one. */
  get seen(): readonly ChatChunk[] {
    return this.#seen;
  }

  /** @returns what of the chunk is new, or null for nothing; `parted` when the answers are not the same */
  push(chunk: ChatChunk): ChatChunk | null | 'parted' {
    this.#seen.push(chunk);
    if (this.#opaque) return 'parted';
    switch (chunk.type) {
      case 'text':
      case 'refusal': {
        const text = (chunk.type === 'text' ? this.#text : this.#refusal).push(chunk.text);
        if (text === null) return 'parted';
        return text === '' ? null : { ...chunk, text };
      }
      case 'reasoning':
        return this.#reasoned ? null : chunk;
      case 'vendor':
        return this.#isTextThere ? chunk : 'parted';
      case 'textEnd':
        if (this.#isTextThere) return chunk;
        return chunk.citations === null ? null : 'parted';
      case 'toolCallStart': {
        const call = this.#calls.get(chunk.index);
        if (call === undefined) return this.#isTextThere ? chunk : 'parted';
        return call.name === chunk.name ? null : 'parted';
      }
      case 'toolCallDelta': {
        const call = this.#calls.get(chunk.index);
        if (call === undefined) return chunk;
        const args = call.match.push(chunk.arguments);
        if (args === null) return 'parted';
        return args === '' ? null : { ...chunk, arguments: args };
      }
      case 'finish':
        return this.#isTextThere && [...this.#calls.values()].every(({ match }) => match.complete) ? chunk : 'parted';
      default:
        return chunk;
    }
  }

  /** All text that was delivered has come again; a new tool call before that would be another answer. */
  get #isTextThere(): boolean {
    return this.#text.complete && this.#refusal.complete;
  }
}
