import type { CallContext } from '../../canonical/call.ts';
import { InputError } from '../../canonical/errors.ts';
import type { Audio, Image } from '../../canonical/media.ts';
import type { Media, MediaSource } from '../../media/media.ts';
import type { AudioInput, ImageInput } from '../generated/resolvers.ts';

/** @throws InputError, MediaError */
export async function imageOf(input: ImageInput, field: string, media: Media, call: CallContext): Promise<Image> {
  return media.image(source(input, field), field, call.principal.app, call.signal);
}

/** @throws InputError, MediaError */
export async function audioOf(input: AudioInput, field: string, media: Media, call: CallContext): Promise<Audio> {
  return media.audio(source(input, field), field, call.principal.app, call.signal);
}

function source(input: ImageInput | AudioInput, field: string): MediaSource {
  if (input.url != null) return { url: input.url };
  if (input.base64 != null) return { base64: input.base64 };
  if (input.upload != null) return { upload: input.upload };
  throw new InputError(field, 'expected one of url, base64 or upload.');
}
