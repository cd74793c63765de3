import type { CallMeta } from '../../canonical/call.ts';
import type { ContentPart, FinishReason, JsonObject, JsonValue, ToolCall } from '../../canonical/chat.ts';
import { KanonError } from '../../canonical/errors.ts';
import { PartList } from './parts.ts';
import type { ChatEvent } from '../../pipeline/pipeline.ts';

/** A whole chat answer. */
export interface ChatAnswer {
  text: string;
  toolCalls: ToolCall[];
  refusal: string | null;
  reasoning: string | null;
  /** Proves the reasoning to the vendor that made it. */
  reasoningSignature: string | null;
  /** Text, thinking and tool calls in the order in which they came, each block of thinking with its own signature. */
  parts: readonly ContentPart[];
  /** Probabilities of the tokens as the vendor told them, where they were asked for. */
  logprobs: JsonObject | null;
  finishReason: FinishReason;
  /** The text of `stop` at which the answer ended, where the vendor says so. */
  stopSequence: string | null;
  /** The vendor's own tools are at work: a request with this answer at its end goes on. */
  paused: boolean;
  /** What the vendor's own tools ran in, in its words. */
  container: JsonObject | null;
  meta: CallMeta;
}

/** Puts a chat answer together from its events, as they come. */
export class ChatAnswerBuilder {
  readonly #text: string[] = [];
  readonly #reasoning: string[] = [];
  readonly #refusal: string[] = [];
  readonly #tools = new Map<number, { id: string; name: string; arguments: string[]; caller?: JsonObject }>();
  #signature: string | null = null;
  readonly #parts = new PartList();
  #logprobs: JsonObject | null = null;
  #stopSequence: string | null = null;
  #paused = false;
  #container: JsonObject | null = null;
  #finishReason: FinishReason | null = null;
  #meta: CallMeta | null = null;

  push(event: ChatEvent): void {
    switch (event.type) {
      case 'text':
        this.#text.push(event.text);
        this.#parts.text(event.text);
        break;
      case 'reasoning':
        this.#reasoning.push(event.text);
        this.#signature = event.signature ?? this.#signature;
        this.#parts.reasoning(event.text, event.signature);
        break;
      case 'refusal':
        this.#refusal.push(event.text);
        break;
      case 'toolCallStart':
        this.#tools.set(event.index, { id: event.id, name: event.name, arguments: [], ...(event.caller !== undefined && { caller: event.caller }) });
        this.#parts.toolCall(event.index);
        break;
      case 'toolCallDelta':
        this.#tools.get(event.index)?.arguments.push(event.arguments);
        break;
      case 'textEnd':
        this.#parts.textEnd(event.citations);
        break;
      case 'vendor':
        this.#parts.vendor(event);
        break;
      case 'logprobs':
        this.#logprobs = joined(this.#logprobs, event.logprobs);
        break;
      case 'restart':
        this.#clear();
        break;
      case 'finish':
        this.#finishReason = event.reason;
        this.#stopSequence = event.stopSequence ?? null;
        this.#paused = event.paused ?? false;
        this.#container = event.container ?? null;
        break;
      case 'meta':
        this.#meta = event.meta;
        break;
    }
  }

  #clear(): void {
    this.#text.length = 0;
    this.#reasoning.length = 0;
    this.#refusal.length = 0;
    this.#tools.clear();
    this.#parts.clear();
    this.#logprobs = null;
    this.#signature = null;
  }

  /** @throws KanonError INTERNAL when the answer has not ended */
  answer(): ChatAnswer {
    if (this.#finishReason === null || this.#meta === null) throw new KanonError('INTERNAL', 'The answer has not ended.');
    const toolCalls = new Map([...this.#tools].map(([index, tool]) => [index, { ...tool, arguments: tool.arguments.join('') }]));
    return {
      text: this.#text.join(''),
      toolCalls: [...toolCalls.values()],
      parts: this.#parts.whole(toolCalls),
      logprobs: this.#logprobs,
      stopSequence: this.#stopSequence,
      paused: this.#paused,
      container: this.#container,
      refusal: this.#refusal.length > 0 ? this.#refusal.join('') : null,
      reasoning: this.#reasoning.length > 0 ? this.#reasoning.join('') : null,
      reasoningSignature: this.#signature,
      finishReason: this.#finishReason,
      meta: this.#meta,
    };
  }
}

/** Lists of the same name one after the other, as the vendor's own are to be read. */
function joined(before: JsonObject | null, more: JsonObject): JsonObject {
  const all: Record<string, JsonValue> = { ...before };
  for (const [name, value] of Object.entries(more)) {
    const known = all[name];
    all[name] = Array.isArray(known) && Array.isArray(value) ? [...known, ...value] : (value ?? known ?? null);
  }
  return all;
}
