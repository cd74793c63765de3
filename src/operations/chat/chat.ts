import type { CallContext } from '../../canonical/call.ts';
import type { ChatRequest, JsonObject } from '../../canonical/chat.ts';
import type { Citations, VendorBlock } from '../../canonical/vendor-tools.ts';
import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { ChatEvent, Pipeline } from '../../pipeline/pipeline.ts';
import type { RoutedModel } from '../../routing/target.ts';
import { ChatAnswerBuilder, type ChatAnswer } from './answer.ts';

/** One event of a streamed answer. `sequence` counts from 0 without gaps; the last is `done` or `error`. */
export type ChatStreamEvent = { sequence: number } & (
  /** `textEnd`: the text is a block that ends here. `block`: what only one vendor's API can say. */
  | { type: 'delta'; text: string; reasoning: string | null; refusal: string | null; signature?: string; logprobs?: JsonObject; textEnd?: { citations: Citations | null }; block?: VendorBlock }
  | { type: 'toolCallDelta'; index: number; id: string | null; name: string | null; arguments: string; caller?: JsonObject }
  /** What came before is no part of the answer. */
  | { type: 'restart' }
  | { type: 'done'; answer: ChatAnswer }
  | { type: 'error'; error: KanonError }
);

/**
 * Asks for a whole chat answer.
 * @throws KanonError, AbortedError
 */
export async function chat(pipeline: Pipeline, model: RoutedModel, request: ChatRequest, context: CallContext): Promise<ChatAnswer> {
  const builder = new ChatAnswerBuilder();
  // Nobody has seen anything of it yet, so that it may as well begin anew.
  for await (const batch of pipeline.chat(model, request, false, { ...context, acceptsRestart: true })) for (const event of batch) builder.push(event);
  return builder.answer();
}

/**
 * Asks for a chat answer in pieces; those that came together come in one batch. Never throws but for a caller that
 * left: whatever goes wrong is the last event.
 * @throws AbortedError
 */
export async function* chatEvents(
  pipeline: Pipeline,
  model: RoutedModel,
  request: ChatRequest,
  context: CallContext,
): AsyncGenerator<readonly ChatStreamEvent[]> {
  const builder = new ChatAnswerBuilder();
  let sequence = 0;
  try {
    for await (const batch of pipeline.chat(model, request, true, context)) {
      const events: ChatStreamEvent[] = [];
      for (const piece of batch) {
        builder.push(piece);
        const event = eventOf(piece, sequence);
        if (event === null) continue;
        sequence += 1;
        events.push(event);
      }
      if (events.length > 0) yield events;
    }
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    yield [{ sequence, type: 'error', error: asKanonError(error) }];
    return;
  }
  yield [{ sequence, type: 'done', answer: builder.answer() }];
}

/** Null for what is told with the end. */
function eventOf(event: ChatEvent, sequence: number): ChatStreamEvent | null {
  switch (event.type) {
    case 'text':
      return { sequence, type: 'delta', text: event.text, reasoning: null, refusal: null };
    case 'reasoning':
      return { sequence, type: 'delta', text: '', reasoning: event.text, refusal: null, ...(event.signature !== null && { signature: event.signature }) };
    case 'refusal':
      return { sequence, type: 'delta', text: '', reasoning: null, refusal: event.text };
    case 'toolCallStart':
      return { sequence, type: 'toolCallDelta', index: event.index, id: event.id, name: event.name, arguments: '', ...(event.caller !== undefined && { caller: event.caller }) };
    case 'toolCallDelta':
      return { sequence, type: 'toolCallDelta', index: event.index, id: null, name: null, arguments: event.arguments };
    case 'restart':
      return { sequence, type: 'restart' };
    case 'textEnd':
      return { sequence, type: 'delta', text: '', reasoning: null, refusal: null, textEnd: { citations: event.citations } };
    case 'vendor':
      return { sequence, type: 'delta', text: '', reasoning: null, refusal: null, block: { vendor: event.vendor, block: event.block } };
    case 'logprobs':
      return { sequence, type: 'delta', text: '', reasoning: null, refusal: null, logprobs: event.logprobs };
    case 'finish':
    case 'meta':
      return null;
  }
}

function asKanonError(error: unknown): KanonError {
  return error instanceof KanonError ? error : new KanonError('INTERNAL', 'Something went wrong in this gateway.', { cause: error });
}
