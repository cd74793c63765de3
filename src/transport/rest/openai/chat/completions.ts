import type { Exchange, RestAnswer } from '../../exchange.ts';
import { whole } from '../../exchange.ts';
import { beginStream } from '../../begin-stream.ts';
import { earlyHeaders, metaHeaders } from '../../meta-headers.ts';
import { completionRequest } from './request.ts';
import { CompletionFrames } from './stream.ts';
import { completion } from './whole.ts';

/** `POST /v1/chat/completions` */
export async function chatCompletions(exchange: Exchange): Promise<RestAnswer> {
  const { model, request, context, stream, includeUsage } = await completionRequest(exchange);
  const { operations } = exchange.services;
  const head = { id: `chatcmpl-${exchange.call.callId}`, created: Math.floor(Date.now() / 1_000), model };
  if (!stream) {
    const answer = await operations.chat(model, request, context, 'body');
    return whole(completion(head, answer), metaHeaders(answer.meta));
  }
  const frames = new CompletionFrames(head, includeUsage);
  const events = await beginStream(operations.chatEvents(model, request, context, 'body'));
  return { kind: 'stream', headers: earlyHeaders(exchange.call.callId, model), frames: frames.of(events), trailers: () => frames.trailers };
}
