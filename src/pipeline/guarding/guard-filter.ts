import type { ChatChunk } from '../../canonical/chat.ts';
import type { GuardedText } from '../../policy/guardrails/guarded-text.ts';
import type { ChatFilter } from '../stage.ts';

/** Judges a chat answer as it comes; held back whole where a guardrail needs to see all of it first. */
export class GuardFilter implements ChatFilter {
  readonly #make: (key: string) => GuardedText;
  readonly #texts = new Map<string, { guarded: GuardedText; chunk: (text: string) => ChatChunk }>();
  readonly #held: ChatChunk[] | null;
  readonly #replacement: () => string | null;

  /**
   * @param make for each text of the answer: `text`, `refusal`, `reasoning`, `tool 0`
   * @param holds the answer waits for its end
   * @param replacement of the text, known by then; null where it stays
   */
  constructor(make: (key: string) => GuardedText, holds: boolean, replacement: () => string | null) {
    this.#make = make;
    this.#held = holds ? [] : null;
    this.#replacement = replacement;
  }

  push(chunk: ChatChunk): readonly ChatChunk[] {
    if (chunk.type === 'usage' || chunk.type === 'warning') return [chunk];
    if (chunk.type !== 'finish') {
      if (this.#held === null) return this.#judge(chunk);
      this.#held.push(chunk);
      return [];
    }
    const held = (this.#held ?? []).flatMap((piece) => this.#judge(piece));
    const rest = [...this.#texts.values()].flatMap(({ guarded, chunk: make }) => filled(make(guarded.end())));
    return [...replaced([...held, ...rest], this.#replacement()), chunk];
  }

  #judge(chunk: ChatChunk): readonly ChatChunk[] {
    switch (chunk.type) {
      case 'text':
      case 'refusal':
        return [...this.#flush(['reasoning']), ...this.#guard(chunk.type, chunk.text, (text) => ({ type: chunk.type, text }))];
      case 'reasoning':
        return chunk.signature === null
          ? this.#guard('reasoning', chunk.text, (text) => ({ type: 'reasoning', text, signature: null }))
          : [...this.#guard('reasoning', chunk.text, (text) => ({ type: 'reasoning', text, signature: null })), ...this.#flush(['reasoning']), { ...chunk, text: '' }];
      case 'toolCallDelta':
        return this.#guard(`tool ${chunk.index}`, chunk.arguments, (text) => ({ type: 'toolCallDelta', index: chunk.index, arguments: text }));
      case 'toolCallStart':
        return [...this.#flush(['reasoning', 'text', 'refusal']), chunk];
      default:
        return [chunk];
    }
  }

  /** What is held back of texts that another part of the answer follows: the parts keep their order. */
  #flush(keys: readonly string[]): ChatChunk[] {
    return keys.flatMap((key) => {
      const known = this.#texts.get(key);
      return known === undefined ? [] : filled(known.chunk(known.guarded.end()));
    });
  }

  #guard(key: string, text: string, chunk: (text: string) => ChatChunk): ChatChunk[] {
    const known = this.#texts.get(key) ?? { guarded: this.#make(key), chunk };
    this.#texts.set(key, known);
    return filled(chunk(known.guarded.push(text)));
  }
}

/** Another text stands where the first piece of the old one stood. */
function replaced(chunks: readonly ChatChunk[], text: string | null): readonly ChatChunk[] {
  if (text === null) return chunks;
  return [{ type: 'text', text }, ...chunks.filter((chunk) => chunk.type !== 'text')];
}

function filled(chunk: ChatChunk): ChatChunk[] {
  if (chunk.type === 'toolCallDelta') return chunk.arguments === '' ? [] : [chunk];
  return 'text' in chunk && chunk.text === '' ? [] : [chunk];
}
