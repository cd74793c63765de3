import type { CallContext } from '../../canonical/call.ts';
import type { ChatRequest, JsonObject } from '../../canonical/chat.ts';
import type { Citations, VendorBlock } from '../../canonical/vendor-tools.ts';
import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
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
  for await (const event of pipeline.chat(model, request, false, { ...context, acceptsRestart: true })) builder.push(event);
  return builder.answer();
}

/**
 * Asks for a chat answer in pieces. Never throws but for a caller that left: whatever goes wrong is the last event.
 * @throws AbortedError
 */
export async function* chatEvents(
  pipeline: Pipeline,
  model: RoutedModel,
  request: ChatRequest,
  context: CallContext,
): AsyncGenerator<ChatStreamEvent> {
  const builder = new ChatAnswerBuilder();
  let sequence = 0;
  try {
    for await (const event of pipeline.chat(model, request, true, context)) {
      builder.push(event);
      switch (event.type) {
        case 'text':
          yield { sequence: sequence++, type: 'delta', text: event.text, reasoning: null, refusal: null };
          break;
        case 'reasoning':
          yield { sequence: sequence++, type: 'delta', text: '', reasoning: event.text, refusal: null, ...(event.signature !== null && { signature: event.signature }) };
          break;
        case 'refusal':
          yield { sequence: sequence++, type: 'delta', text: '', reasoning: null, refusal: event.text };
          break;
        case 'toolCallStart':
          yield { sequence: sequence++, type: 'toolCallDelta', index: event.index, id: event.id, name: event.name, arguments: '', ...(event.caller !== undefined && { caller: event.caller }) };
          break;
        case 'toolCallDelta':
          yield { sequence: sequence++, type: 'toolCallDelta', index: event.index, id: null, name: null, arguments: event.arguments };
          break;
        case 'restart':
          yield { sequence: sequence++, type: 'restart' };
          break;
        case 'textEnd':
          yield { sequence: sequence++, type: 'delta', text: '', reasoning: null, refusal: null, textEnd: { citations: event.citations } };
          break;
        case 'vendor':
          yield { sequence: sequence++, type: 'delta', text: '', reasoning: null, refusal: null, block: { vendor: event.vendor, block: event.block } };
          break;
        case 'logprobs':
          yield { sequence: sequence++, type: 'delta', text: '', reasoning: null, refusal: null, logprobs: event.logprobs };
          break;
        case 'finish':
        case 'meta':
          break;
      }
    }
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    yield { sequence, type: 'error', error: asKanonError(error) };
    return;
  }
  yield { sequence, type: 'done', answer: builder.answer() };
}

function asKanonError(error: unknown): KanonError {
  return error instanceof KanonError ? error : new KanonError('INTERNAL', 'Something went wrong in this gateway.', { cause: error });
}
