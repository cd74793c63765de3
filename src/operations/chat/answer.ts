import type { CallMeta } from '../../canonical/call.ts';
import type { FinishReason, ToolCall } from '../../canonical/chat.ts';
import { KanonError } from '../../canonical/errors.ts';
import type { ChatEvent } from '../../pipeline/pipeline.ts';

/** A whole chat answer. */
export interface ChatAnswer {
  text: string;
  toolCalls: ToolCall[];
  refusal: string | null;
  reasoning: string | null;
  /** Proves the reasoning to the vendor that made it. */
  reasoningSignature: string | null;
  finishReason: FinishReason;
  meta: CallMeta;
}

/** Puts a chat answer together from its events, as they come. */
export class ChatAnswerBuilder {
  readonly #text: string[] = [];
  readonly #reasoning: string[] = [];
  readonly #refusal: string[] = [];
  readonly #tools = new Map<number, { id: string; name: string; arguments: string[] }>();
  #signature: string | null = null;
  #finishReason: FinishReason | null = null;
  #meta: CallMeta | null = null;

  push(event: ChatEvent): void {
    switch (event.type) {
      case 'text':
        this.#text.push(event.text);
        break;
      case 'reasoning':
        this.#reasoning.push(event.text);
        this.#signature = event.signature ?? this.#signature;
        break;
      case 'refusal':
        this.#refusal.push(event.text);
        break;
      case 'toolCallStart':
        this.#tools.set(event.index, { id: event.id, name: event.name, arguments: [] });
        break;
      case 'toolCallDelta':
        this.#tools.get(event.index)?.arguments.push(event.arguments);
        break;
      case 'finish':
        this.#finishReason = event.reason;
        break;
      case 'meta':
        this.#meta = event.meta;
        break;
    }
  }

  /** @throws KanonError INTERNAL when the answer has not ended */
  answer(): ChatAnswer {
    if (this.#finishReason === null || this.#meta === null) throw new KanonError('INTERNAL', 'The answer has not ended.');
    return {
      text: this.#text.join(''),
      toolCalls: [...this.#tools.values()].map((tool) => ({ ...tool, arguments: tool.arguments.join('') })),
      refusal: this.#refusal.length > 0 ? this.#refusal.join('') : null,
      reasoning: this.#reasoning.length > 0 ? this.#reasoning.join('') : null,
      reasoningSignature: this.#signature,
      finishReason: this.#finishReason,
      meta: this.#meta,
    };
  }
}
