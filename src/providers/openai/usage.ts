import type { TokenUsage } from '../../canonical/usage.ts';
import { count, isFields, type Fields } from '../shared/fields.ts';

/** The vendor's counts; null where it reports none. */
export function readUsage(value: unknown): TokenUsage | null {
  if (!isFields(value)) return null;
  return {
    input: count(value['prompt_tokens']),
    output: count(value['completion_tokens']),
    cachedInput: count(details(value, 'prompt_tokens_details')['cached_tokens']),
    cacheWrite: count(details(value, 'prompt_tokens_details')['cache_write_tokens']),
    reasoning: count(details(value, 'completion_tokens_details')['reasoning_tokens']),
    reported: true,
  };
}

function details(usage: Fields, name: string): Fields {
  const value = usage[name];
  return isFields(value) ? value : {};
}
