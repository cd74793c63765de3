import type { ContentPart, ToolCall } from '../../canonical/chat.ts';
import { redactedData } from '../../canonical/redacted.ts';
import type { Citations, VendorBlock } from '../../canonical/vendor-tools.ts';

type Piece = { type: 'text'; text: string[]; ended: boolean; citations: Citations | null } | ({ type: 'vendor' } & VendorBlock) | { type: 'reasoning'; text: string[]; signature: string | null } | { type: 'toolCall'; index: number };

/** The parts of an answer in their order. */
export class PartList {
  readonly #pieces: Piece[] = [];

  text(text: string): void {
    const last = this.#pieces.at(-1);
    if (last?.type === 'text' && !last.ended) last.text.push(text);
    else this.#pieces.push({ type: 'text', text: [text], ended: false, citations: null });
  }

  textEnd(citations: Citations | null): void {
    const last = this.#pieces.at(-1);
    if (last?.type !== 'text' || last.ended) return;
    last.ended = true;
    last.citations = citations;
  }

  vendor({ vendor, block }: VendorBlock): void {
    this.#pieces.push({ type: 'vendor', vendor, block });
  }

  /** A signature closes its block; an encrypted block is one by itself. */
  reasoning(text: string, signature: string | null): void {
    const last = this.#pieces.at(-1);
    const encrypted = signature !== null && redactedData(signature) !== null;
    if (last?.type === 'reasoning' && last.signature === null && !encrypted) {
      last.text.push(text);
      last.signature = signature;
    } else {
      this.#pieces.push({ type: 'reasoning', text: [text], signature });
    }
  }

  /** Told by its place among the calls; ids may repeat. */
  toolCall(index: number): void {
    this.#pieces.push({ type: 'toolCall', index });
  }

  clear(): void {
    this.#pieces.length = 0;
  }

  whole(calls: ReadonlyMap<number, ToolCall>): ContentPart[] {
    return this.#pieces.flatMap((piece): ContentPart[] => {
      if (piece.type === 'toolCall') {
        const call = calls.get(piece.index);
        return call === undefined ? [] : [{ type: 'toolCall', call }];
      }
      if (piece.type === 'vendor') return [piece];
      const text = piece.text.join('');
      return piece.type === 'text' ? [{ type: 'text', text, ...(piece.citations !== null && { citations: piece.citations }) }] : [{ type: 'reasoning', text, signature: piece.signature }];
    });
  }
}
