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
    const out: ChatChunk[] = [];
    switch (chunk.type) {
      case 'text':
        this.#endThought(out);
        addText(out, this.#text.push(chunk.text));
        break;
      case 'reasoning': {
        // A signature closes a block of thinking: nothing of it may come later.
        const text = this.#reasoning.push(chunk.text) + (chunk.signature === null ? '' : this.#reasoning.end());
        if (text !== '' || chunk.signature !== null) out.push({ ...chunk, text });
        break;
      }
      case 'textEnd':
        addText(out, this.#text.end());
        out.push({ ...chunk, citations: chunk.citations && mapCitations(chunk.citations, (text) => this.#session.unmask(text)) });
        break;
      case 'vendor':
        this.#endText(out);
        out.push({ ...chunk, block: mapTexts(chunk.block, (text) => this.#session.unmask(text)) });
        break;
      case 'toolCallStart':
        this.#endText(out);
        out.push(chunk);
        break;
      case 'refusal':
        this.#endThought(out);
        addRefusal(out, this.#refusal.push(chunk.text));
        break;
      case 'toolCallDelta':
        addArguments(out, chunk.index, this.#tool(chunk.index).push(chunk.arguments));
        break;
      case 'finish':
        this.#endText(out);
        addRefusal(out, this.#refusal.end());
        for (const [index, unmasker] of this.#tools) addArguments(out, index, unmasker.end());
        out.push(chunk);
        break;
      default:
        out.push(chunk);
    }
    return out;
  }

  /** What is held back of thinking that another part of the answer follows: the parts keep their order. */
  #endThought(out: ChatChunk[]): void {
    const text = this.#reasoning.end();
    if (text !== '') out.push({ type: 'reasoning', text, signature: null });
  }

  #endText(out: ChatChunk[]): void {
    this.#endThought(out);
    addText(out, this.#text.end());
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

// Pieces in which nothing is left say nothing.

function addText(out: ChatChunk[], text: string): void {
  if (text !== '') out.push({ type: 'text', text });
}

function addRefusal(out: ChatChunk[], text: string): void {
  if (text !== '') out.push({ type: 'refusal', text });
}

function addArguments(out: ChatChunk[], index: number, text: string): void {
  if (text !== '') out.push({ type: 'toolCallDelta', index, arguments: text });
}
