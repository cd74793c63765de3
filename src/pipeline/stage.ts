import type { CallContext } from '../canonical/call.ts';
import type { ChatChunk } from '../canonical/chat.ts';
import type { UnaryOperation, UnaryReadings } from '../canonical/results.ts';
import type { Call, Outcome } from './call.ts';
import type { Moderation } from './guarding/moderate.ts';

/**
 * One thing that happens to every call on its way to a model and back. A stage does one of these or several; the
 * pipeline runs `enter` in order, and the way back in reverse.
 */
export interface Stage {
  readonly name: string;
  /** Before any model is asked: may refuse by throwing a KanonError, or change `call.request`. */
  enter?(call: Call): void | Promise<void>;
  /**
   * What a chat answer passes through, piece by piece; null when there is nothing to do for this call. Asked for once
   * more when an answer begins anew after a rescue.
   */
  chatFilter?(call: Call): ChatFilter | null;
  /** Before a piece of a chat answer is passed on: null, or what it has to wait for; a KanonError ends the answer. */
  progress?(call: Call, chunk: ChatChunk): Promise<void> | null;
  /** What a whole answer passes through; a KanonError refuses it. */
  reading?<O extends UnaryOperation>(call: Call, operation: O, reading: UnaryReadings[O]): UnaryReadings[O] | Promise<UnaryReadings[O]>;
  /** Judges texts without a call; null where there is nothing to judge with. */
  moderate?(texts: readonly string[], context: CallContext): Promise<Moderation> | null;
  /** After the end, whatever it was, for every stage that was entered; the caller is told of the end only then. */
  leave?(call: Call, outcome: Outcome): void | Promise<void>;
}

/**
 * Changes the pieces of a chat answer. May hold some back: what is held comes out before the end, at the latest
 * when `finish` is pushed. Synchronous, so that a stage costs a stream no turn of the event loop.
 */
export interface ChatFilter {
  push(chunk: ChatChunk): readonly ChatChunk[];
}
