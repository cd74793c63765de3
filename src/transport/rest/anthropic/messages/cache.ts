import type { CacheMark } from '../../../../canonical/chat.ts';
import { object, oneOf, optional, type Fields } from '../../read.ts';

/** The `cache_control` of a block. */
export function cacheOf(block: Fields, at: string): { cache?: CacheMark } {
  const control = optional(block['cache_control'], `${at}.cache_control`, object);
  if (control === null) return {};
  oneOf(control['type'], ['ephemeral'], `${at}.cache_control.type`);
  return { cache: { ttl: optional(control['ttl'], `${at}.cache_control.ttl`, (value, where) => oneOf(value, ['5m', '1h'], where)) } };
}
