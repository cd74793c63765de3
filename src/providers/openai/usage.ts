import type { TokenUsage } from '../../canonical/usage.ts';
import { count, isFields, type Fields } from '../shared/fields.ts';
import { tierOf } from '../shared/service-tier.ts';

/**
 * The vendor's counts; null where it reports none.
 * @param serviceTier how it says that it has served the request
 * @param toolUses of the vendor's own tools, which it does not count
 */
export function readUsage(value: unknown, serviceTier: unknown, toolUses?: TokenUsage['toolUses']): TokenUsage | null {
  if (!isFields(value)) return null;
  const input = details(value, 'prompt_tokens_details');
  const output = details(value, 'completion_tokens_details');
  return {
    input: count(value['prompt_tokens']),
    output: count(value['completion_tokens']),
    cachedInput: count(input['cached_tokens']),
    cacheWrite: count(input['cache_write_tokens']),
    reasoning: count(output['reasoning_tokens']),
    audioInput: count(input['audio_tokens']),
    audioOutput: count(output['audio_tokens']),
    imageInput: count(input['image_tokens']),
    reported: true,
    ...tierOf(serviceTier),
    ...(toolUses !== undefined && { toolUses }),
  };
}

function details(usage: Fields, name: string): Fields {
  const value = usage[name];
  return isFields(value) ? value : {};
}
