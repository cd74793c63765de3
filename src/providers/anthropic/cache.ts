import type { CacheControlEphemeral } from '@anthropic-ai/sdk/resources/messages';
import type { CacheMark } from '../../canonical/chat.ts';

/** A place of the conversation up to which the vendor is to keep it in its cache. */
export function cacheControl(cache: CacheMark | undefined): { cache_control?: CacheControlEphemeral } {
  if (cache === undefined) return {};
  return { cache_control: cache.ttl === null ? { type: 'ephemeral' } : { type: 'ephemeral', ttl: cache.ttl } };
}
