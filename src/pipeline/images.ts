import type { ContentPart } from '../canonical/chat.ts';
import type { Image } from '../canonical/media.ts';
import type { Call } from './call.ts';

/** Puts another picture in the place of each in a call's request, in their order. */
export function replaceImages(call: Call, change: (image: Image) => Image): void {
  if (call.is('VISION')) call.request = { ...call.request, image: change(call.request.image) };
  else if (call.is('CHAT')) {
    const messages = call.request.messages.map((message) => ({
      ...message,
      content: message.content.map((part) => changePart(part, change)),
    }));
    call.request = { ...call.request, messages };
  }
}

function changePart(part: ContentPart, change: (image: Image) => Image): ContentPart {
  if (part.type === 'image') return { ...part, image: change(part.image) };
  if (part.type !== 'toolResult' || part.result.images === undefined) return part;
  return { ...part, result: { ...part.result, images: part.result.images.map(change) } };
}
