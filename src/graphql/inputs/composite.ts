import type { CallContext } from '../../canonical/call.ts';
import { InputError } from '../../canonical/errors.ts';
import type { Media } from '../../media/media.ts';
import type { CompositeInput } from '../../operations/composite/branches.ts';
import { checkMetadata } from '../../operations/metadata.ts';
import type { MultimodalInput } from '../generated/resolvers.ts';
import { audioOf, imageOf } from './media.ts';

const MAX_IMAGES = 16;
const MAX_SOUNDS = 4;

/**
 * A multimodal input as the composite reads it: media is read when a branch needs it, and once.
 * @throws InputError when there is nothing in it, or too much
 */
export function compositeInput(input: MultimodalInput, media: Media, call: CallContext): CompositeInput {
  const images = input.images ?? [];
  const sounds = input.audio ?? [];
  const text = input.text ?? null;
  if (images.length > MAX_IMAGES) throw new InputError('input.images', `expected at most ${MAX_IMAGES} pictures, found ${images.length}.`);
  if (sounds.length > MAX_SOUNDS) throw new InputError('input.audio', `expected at most ${MAX_SOUNDS} sounds, found ${sounds.length}.`);
  if (images.length === 0 && sounds.length === 0 && (text === null || text.trim() === '')) {
    throw new InputError('input', 'expected a text, a picture or a sound.');
  }
  if (input.metadata != null) checkMetadata(input.metadata, 'input.metadata');
  return {
    text,
    imageCount: images.length,
    image: once(images, (image, index) => imageOf(image, `input.images[${index}]`, media, call)),
    audioCount: sounds.length,
    audio: once(sounds, (sound, index) => audioOf(sound, `input.audio[${index}]`, media, call)),
    metadata: input.metadata ?? null,
  };
}

function once<I, O>(inputs: readonly I[], read: (input: I, index: number) => Promise<O>): (index: number) => Promise<O> {
  const reading = new Map<number, Promise<O>>();
  return (index) => {
    const known = reading.get(index);
    if (known !== undefined) return known;
    const input = inputs[index];
    const started = input === undefined ? Promise.reject(new RangeError(`no part ${index}`)) : read(input, index);
    started.catch(() => {});
    reading.set(index, started);
    return started;
  };
}
