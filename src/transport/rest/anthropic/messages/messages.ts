import { estimateInput } from '../../../../canonical/estimate.ts';
import { beginStream } from '../../begin-stream.ts';
import { whole, type Exchange, type RestAnswer } from '../../exchange.ts';
import { earlyHeaders, metaHeaders } from '../../meta-headers.ts';
import { messagesRequest } from './request.ts';
import { MessageFrames } from './stream.ts';
import { message } from './whole.ts';

/** `POST /v1/messages` */
export async function messages(exchange: Exchange): Promise<RestAnswer> {
  const { model, request, context, stream } = await messagesRequest(exchange, true);
  const { operations } = exchange.services;
  const id = `msg_${exchange.call.callId}`;
  if (!stream) {
    const answer = await operations.chat(model, request, context, 'body');
    return whole(message(id, answer), metaHeaders(answer.meta));
  }
  const events = await beginStream(operations.chatEvents(model, request, context, 'body'));
  // The vendor counts before it answers; here the count comes with the end, and until then this is an estimate.
  const frames = new MessageFrames({ id, model, inputTokens: estimateInput(request) });
  return { kind: 'stream', headers: earlyHeaders(exchange.call.callId, model), frames: frames.of(events), trailers: () => frames.trailers };
}
