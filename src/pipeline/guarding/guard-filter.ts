import type { ChatChunk } from '../../canonical/chat.ts';
import type { GuardedJson } from '../../policy/guardrails/guarded-json.ts';
import { mapTexts } from '../../canonical/vendor-tools.ts';
import type { GuardedText } from '../../policy/guardrails/guarded-text.ts';
import type { ChatFilter } from '../stage.ts';
import { partOf, type AnswerPart } from './answer.ts';

type Guarded = Pick<GuardedText | GuardedJson, 'push' | 'end' | 'changed'>;

/** Judges a chat answer as it comes; held back whole where a guardrail needs to see all of it first. */
export class GuardFilter implements ChatFilter {
  readonly #make: (part: AnswerPart) => Guarded;
  readonly #texts = new Map<AnswerPart, { guarded: Guarded; chunk: (text: string) => ChatChunk }>();
  readonly #held: ChatChunk[] | null;
  readonly #replacement: (part: AnswerPart) => string | undefined;

  /**
   * @param make what judges a part of the answer
   * @param holds the answer waits for its end
   * @param replacement what stands in place of a whole part, known by then
   */
  constructor(make: (part: AnswerPart) => Guarded, holds: boolean, replacement: (part: AnswerPart) => string | undefined) {
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
    const held = replaced(this.#held ?? [], this.#replacement).flatMap((piece) => this.#judge(piece));
    const rest = [...this.#texts.values()].flatMap(({ guarded, chunk: make }) => filled(make(guarded.end())));
    return [...held, ...rest, chunk];
  }

  #judge(chunk: ChatChunk): readonly ChatChunk[] {
    switch (chunk.type) {
      case 'text':
      case 'refusal':
        return [...this.#flush(['reasoning']), ...this.#guard(chunk.type, chunk.text, (text) => ({ type: chunk.type, text }))];
      case 'reasoning': {
        const thought = this.#guard('reasoning', chunk.text, (text) => ({ type: 'reasoning', text, signature: null }));
        if (chunk.signature === null) return thought;
        const rest = this.#flush(['reasoning']);
        // What a vendor has signed is not this any more, once something was taken out.
        const signed = this.#texts.get('reasoning')?.guarded.changed !== true;
        return [...thought, ...rest, ...(signed ? [{ ...chunk, text: '' }] : [])];
      }
      case 'toolCallDelta':
        return this.#guard(`tool ${chunk.index}`, chunk.arguments, (text) => ({ type: 'toolCallDelta', index: chunk.index, arguments: text }));
      case 'textEnd':
        return [...this.#flush(['text']), chunk];
      case 'vendor':
        return [...this.#flush(['reasoning', 'text', 'refusal']), { ...chunk, block: mapTexts(chunk.block, (text) => this.#whole(text)) }];
      case 'toolCallStart':
        return [...this.#flush(['reasoning', 'text', 'refusal']), chunk];
      default:
        return [chunk];
    }
  }

  /** A text that has come to its end by itself. */
  #whole(text: string): string {
    const guarded = this.#make('refusal');
    return guarded.push(text) + guarded.end();
  }

  /** What is held back of texts that another part of the answer follows: the parts keep their order. */
  #flush(keys: readonly AnswerPart[]): ChatChunk[] {
    return keys.flatMap((key) => {
      const known = this.#texts.get(key);
      return known === undefined ? [] : filled(known.chunk(known.guarded.end()));
    });
  }

  #guard(key: AnswerPart, text: string, chunk: (text: string) => ChatChunk): ChatChunk[] {
    const known = this.#texts.get(key) ?? { guarded: this.#make(key), chunk };
    this.#texts.set(key, known);
    return filled(chunk(known.guarded.push(text)));
  }
}

/** Another text stands where the first piece of the old one stood. */
function replaced(chunks: readonly ChatChunk[], replacement: (part: AnswerPart) => string | undefined): readonly ChatChunk[] {
  const written = new Set<AnswerPart>();
  return chunks.flatMap((chunk) => {
    // What the old one rested on is not what the new one does.
    if (chunk.type === 'textEnd' && replacement('text') !== undefined) return [];
    const part = partOf(chunk)?.part;
    const text = part === undefined ? undefined : replacement(part);
    if (part === undefined || text === undefined) return [chunk];
    if (written.has(part)) return [];
    written.add(part);
    return filled(withText(chunk, text));
  });
}

function withText(chunk: ChatChunk, text: string): ChatChunk {
  switch (chunk.type) {
    case 'toolCallDelta':
      return { ...chunk, arguments: text };
    case 'reasoning':
      return { ...chunk, text, signature: null };
    case 'text':
    case 'refusal':
      return { ...chunk, text };
    default:
      return chunk;
  }
}

function filled(chunk: ChatChunk): ChatChunk[] {
  if (chunk.type === 'toolCallDelta') return chunk.arguments === '' ? [] : [chunk];
  return 'text' in chunk && chunk.text === '' ? [] : [chunk];
}
