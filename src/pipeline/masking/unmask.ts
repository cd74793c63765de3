import type { ChatChunk } from '../../canonical/chat.ts';
import type { VisionReading } from '../../canonical/results.ts';
import type { MaskSession, Unmasker } from '../../policy/masking/index.ts';
import { mapCitations, mapTexts } from '../../canonical/vendor-tools.ts';
import type { ChatFilter } from '../stage.ts';

/** Puts the caller's own text back into an answer that comes in pieces; what is held back comes before `finish`. */
export class UnmaskFilter implements ChatFilter {
  readonly #session: MaskSession;
  readonly #text: Unmasker;
  readonly #reasoning: Unmasker;
  readonly #refusal: Unmasker;
  readonly #tools = new Map<number, Unmasker>();

  /** @param options `json`: the text of the answer is JSON */
  constructor(session: MaskSession, { json }: { json: boolean }) {
    this.#session = session;
    this.#text = session.unmasker({ json });
    this.#reasoning = session.unmasker();
    this.#refusal = session.unmasker();
  }

  push(chunk: ChatChunk): readonly ChatChunk[] {
    switch (chunk.type) {
      case 'text':
        return filled([...this.#thought(), { type: 'text', text: this.#text.push(chunk.text) }]);
      case 'reasoning':
        // A signature closes a block of thinking: nothing of it may come later.
        return filled([{ ...chunk, text: this.#reasoning.push(chunk.text) + (chunk.signature === null ? '' : this.#reasoning.end()) }]);
      case 'textEnd':
        return [...filled([{ type: 'text', text: this.#text.end() }]), { ...chunk, citations: chunk.citations && mapCitations(chunk.citations, (text) => this.#session.unmask(text)) }];
      case 'vendor':
        return [...filled([...this.#thought(), { type: 'text', text: this.#text.end() }]), { ...chunk, block: mapTexts(chunk.block, (text) => this.#session.unmask(text)) }];
      case 'toolCallStart':
        return [...filled([...this.#thought(), { type: 'text', text: this.#text.end() }]), chunk];
      case 'refusal':
        return filled([...this.#thought(), { type: 'refusal', text: this.#refusal.push(chunk.text) }]);
      case 'toolCallDelta':
        return filled([{ ...chunk, arguments: this.#tool(chunk.index).push(chunk.arguments) }]);
      case 'finish':
        return [...this.#rest(), chunk];
      default:
        return [chunk];
    }
  }

  /** What is held back of thinking that another part of the answer follows: the parts keep their order. */
  #thought(): ChatChunk[] {
    return [{ type: 'reasoning', text: this.#reasoning.end(), signature: null }];
  }

  #rest(): ChatChunk[] {
    return filled([
      ...this.#thought(),
      { type: 'text', text: this.#text.end() },
      { type: 'refusal', text: this.#refusal.end() },
      ...[...this.#tools].map(([index, unmasker]): ChatChunk => ({ type: 'toolCallDelta', index, arguments: unmasker.end() })),
    ]);
  }

  #tool(index: number): Unmasker {
    const unmasker = this.#tools.get(index) ?? this.#session.unmasker({ json: true });
    this.#tools.set(index, unmasker);
    return unmasker;
  }
}

/** Puts the caller's own text back into a reading of a picture: a model that talks repeats what the question said. */
export function unmaskVision(reading: VisionReading, session: MaskSession): void {
  const unmask = (text: string | null): string | null => (text === null ? null : session.unmask(text));
  for (const line of reading.lines) line.text = session.unmask(line.text);
  reading.description = unmask(reading.description);
  if (reading.document === null) return;
  reading.document.merchant = unmask(reading.document.merchant);
  for (const item of reading.document.items) item.description = session.unmask(item.description);
}

/** Pieces in which nothing is left say nothing. */
function filled(chunks: readonly ChatChunk[]): ChatChunk[] {
  return chunks.filter((chunk) => {
    if (chunk.type === 'reasoning') return chunk.text !== '' || chunk.signature !== null;
    if (chunk.type === 'text' || chunk.type === 'refusal') return chunk.text !== '';
    return chunk.type !== 'toolCallDelta' || chunk.arguments !== '';
  });
}
