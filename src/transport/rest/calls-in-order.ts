import { KanonError } from '../../canonical/errors.ts';
import type { ChatStreamEvent } from '../../operations/chat/chat.ts';
import { JsonEnd } from './json-end.ts';

type ToolCallDelta = Extract<ChatStreamEvent, { type: 'toolCallDelta' }>;

/**
 * Some servers write several tool calls at once, a piece of each in turn. APIs that tell them as one block after the
 * other are given the pieces of a call together: what comes before its arguments are complete JSON waits for them.
 */
export class CallsInOrder {
  #open: { index: number; end: JsonEnd } | null = null;
  #waiting: ChatStreamEvent[] = [];

  /**
   * @returns what can be told now, in the order in which it is to be told
   * @throws KanonError STREAM_INTERRUPTED when a call that was complete goes on after others have been told
   */
  push(event: ChatStreamEvent): readonly ChatStreamEvent[] {
    if (event.type === 'error') return [event];
    if (event.type === 'done') return [...this.#rest(), event];
    const open = this.#open;
    if (event.type === 'toolCallDelta') {
      if (open !== null && event.index === open.index) return [...this.#tell(event), ...this.#release()];
      if (open !== null && !open.end.reached) return this.#wait(event);
      return this.#tell(event);
    }
    return open === null || open.end.reached ? [event] : this.#wait(event);
  }

  #wait(event: ChatStreamEvent): readonly ChatStreamEvent[] {
    this.#waiting.push(event);
    return [];
  }

  #tell(event: ToolCallDelta): readonly ChatStreamEvent[] {
    if (event.id !== null) this.#open = { index: event.index, end: new JsonEnd() };
    else if (this.#open?.index !== event.index) {
      // Some end their arguments with white space.
      if (event.arguments.trim() === '') return [];
      throw new KanonError('STREAM_INTERRUPTED', 'The model went on with a tool call that was complete, which this API cannot tell; ask without streaming.');
    }
    this.#open.end.push(event.arguments);
    return [event];
  }

  /** What has waited for the open call, up to the next that is not complete. */
  #release(): ChatStreamEvent[] {
    const out: ChatStreamEvent[] = [];
    while (this.#open?.end.reached !== false) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      out.push(...this.#withItsPieces(next));
    }
    return out;
  }

  /** All that is left: no more pieces come, complete or not. */
  #rest(): ChatStreamEvent[] {
    const out: ChatStreamEvent[] = [];
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) out.push(...this.#withItsPieces(next));
    return out;
  }

  #withItsPieces(event: ChatStreamEvent): readonly ChatStreamEvent[] {
    if (event.type !== 'toolCallDelta') return [event];
    const isOfIt = (other: ChatStreamEvent): other is ToolCallDelta => other.type === 'toolCallDelta' && other.index === event.index;
    const pieces = this.#waiting.filter(isOfIt);
    this.#waiting = this.#waiting.filter((other) => !isOfIt(other));
    return [event, ...pieces].flatMap((piece) => this.#tell(piece));
  }
}
