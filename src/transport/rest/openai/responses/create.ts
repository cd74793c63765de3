import { KanonError } from '../../../../canonical/errors.ts';
import type { ContentPart, Message } from '../../../../canonical/chat.ts';
import type { ChatAnswer } from '../../../../operations/chat/answer.ts';
import { HttpError } from '../../../http/respond.ts';
import { beginStream } from '../../begin-stream.ts';
import { whole, type Exchange, type RestAnswer, type WholeAnswer } from '../../exchange.ts';
import { earlyHeaders, metaHeaders } from '../../meta-headers.ts';
import { outputOf, type Output } from './items.ts';
import { responseRequest } from './request.ts';
import { responseObject, type ResponseHead } from './response.ts';
import type { RetainedResponses } from './retained.ts';
import { ResponseFrames } from './stream.ts';

/** `POST /v1/responses` */
export async function createResponse(exchange: Exchange, retained: RetainedResponses): Promise<RestAnswer> {
  const { model, request, context, stream, store, conversation } = await responseRequest(exchange, retained);
  const { services, call, body } = exchange;
  const { operations } = services;
  const head: ResponseHead = { id: `resp_${call.callId}`, createdAt: Math.floor(Date.now() / 1_000), model, body };
  const ended = (answer: ChatAnswer, { items, parts }: Output) => {
    const response = responseObject({ ...head, model: answer.meta.model }, { status: 'ended', finishReason: answer.finishReason, output: items, usage: answer.meta.usage });
    const json = JSON.stringify(response);
    if (store) retained.keep(call.principal.app, { id: head.id, messages: [...conversation, ...answerMessage(parts)], items: parts, json });
    return json;
  };
  if (!stream) {
    const answer = await operations.chat(model, request, context, 'body');
    return { kind: 'whole', status: 200, headers: metaHeaders(answer.meta), body: ended(answer, outputOf(call.callId, answer)) };
  }
  const frames = new ResponseFrames(head, call.callId, ended);
  const events = await beginStream(operations.chatEvents(model, request, context, 'body'));
  return { kind: 'stream', headers: earlyHeaders(call.callId, model), frames: frames.of(events), trailers: () => frames.trailers };
}

function answerMessage(parts: ReadonlyMap<string, ContentPart>): Message[] {
  const content = [...parts.values()];
  return content.length === 0 ? [] : [{ role: 'ASSISTANT', content }];
}

/** `GET /v1/responses/{id}` */
export function retrieveResponse({ name, call }: Exchange, retained: RetainedResponses): WholeAnswer {
  const found = retained.find(call.principal.app, name);
  if (found === null) throw noSuch(name);
  return { kind: 'whole', status: 200, headers: {}, body: found.json };
}

/** `DELETE /v1/responses/{id}` */
export function deleteResponse({ name, call }: Exchange, retained: RetainedResponses): WholeAnswer {
  if (!retained.forget(call.principal.app, name)) throw noSuch(name);
  return whole({ id: name, object: 'response', deleted: true });
}

function noSuch(id: string): HttpError {
  return new HttpError(404, new KanonError('BAD_USER_INPUT', `There is no response "${id.slice(0, 128)}", or not any more.`));
}
