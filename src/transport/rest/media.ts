import type { Audio, Image } from '../../canonical/media.ts';
import type { Exchange } from './exchange.ts';

/** A picture by an https or data URL. @throws InputError, MediaError */
export function imageByUrl(url: string, at: string, { services, call }: Exchange): Promise<Image> {
  return services.media.image({ url }, at, call.principal.app, call.signal);
}

/** @throws InputError, MediaError */
export function imageByBase64(base64: string, at: string, { services, call }: Exchange): Promise<Image> {
  return services.media.image({ base64 }, at, call.principal.app, call.signal);
}

/** @throws InputError, MediaError */
export function audioByBase64(base64: string, at: string, { services, call }: Exchange): Promise<Audio> {
  return services.media.audio({ base64 }, at, call.principal.app, call.signal);
}
