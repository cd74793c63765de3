import type { Config } from '../config/config.ts';
import { DEFAULT_FETCH_POLICY, DEFAULT_MEDIA_LIMITS } from '../media/media.ts';

/** How large media may be, and how long uploads stay. */
export function mediaLimits({ media }: Config) {
  const { maxImageBytes, maxAudioBytes, maxBase64Bytes, maxPixels, uploadTtlMs } = media;
  return { ...DEFAULT_MEDIA_LIMITS, maxImageBytes, maxAudioBytes, maxBase64Bytes, maxPixels, uploadTtlMs, maxUploadBytes: Math.max(maxImageBytes, maxAudioBytes) };
}

/** From where pictures may be fetched. */
export function fetchPolicy({ media }: Config) {
  return { ...DEFAULT_FETCH_POLICY, allowHttp: media.allowHttp, allowPrivateHosts: media.allowPrivateHosts };
}
