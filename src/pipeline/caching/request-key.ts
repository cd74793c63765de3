import { createHash } from 'node:crypto';
import type { ChatRequest, ContentPart } from '../../canonical/chat.ts';
import type { Operation, OperationRequests } from '../../canonical/results.ts';
import { vendorToolsIn } from '../../canonical/vendor-tools.ts';
import { targetsFor } from '../../routing/when/holding.ts';
import type { Call } from '../call.ts';

/** Changes whenever an answer would be written otherwise: instances of several versions may share them. */
const FORMAT = 1;

/**
 * All that an answer follows from, in the form in which it leaves; null for a call whose answer is of no use to
 * another. Who asks is in it only by app, policy and where its data may go: the vendor's name of the end user and
 * metadata are not, but where a target is for some of them only. The order of fields counts, as models read them in it.
 */
export function requestKey(call: Call): string | null {
  const { model, operation, request, route, context } = call;
  if (call.is('CHAT') && !isKeepable(call.request)) return null;
  const { app, policy } = context.principal;
  return JSON.stringify([FORMAT, app, policy, route.residency, model.name, model.cache?.version, operation, targetsFor(model, operation, request, route), plain(operation, request)]);
}

/** The vendor's own tools do things; probabilities spell an answer out past all filters. */
function isKeepable(request: ChatRequest): boolean {
  return request.logprobs === undefined && vendorToolsIn(request).length === 0;
}

function plain<O extends Operation>(operation: O, request: OperationRequests[O]): unknown {
  return PLAIN[operation](request);
}

const PLAIN: { [O in Operation]: (request: OperationRequests[O]) => unknown } = {
  CHAT: (request) => ({ ...request, user: undefined, messages: request.messages.map((message) => ({ ...message, content: message.content.map(plainPart) })) }),
  SENTIMENT: (request) => request,
  EMBED: (request) => request,
  VISION: (request) => ({ ...request, image: request.image.digest() }),
};

function plainPart(part: ContentPart): unknown {
  switch (part.type) {
    case 'image':
      return { ...part, image: part.image.digest() };
    case 'audio':
      return { ...part, audio: [part.audio.format, createHash('sha256').update(part.audio.bytes).digest('base64')] };
    case 'toolResult':
      return part.result.images === undefined ? part : { ...part, result: { ...part.result, images: part.result.images.map((image) => image.digest()) } };
    default:
      return part;
  }
}
