import type { Tool, ToolChoice } from '../../../../canonical/chat.ts';
import { boolean, object, oneOf, only, optional, text } from '../../read.ts';
import { cacheOf } from './cache.ts';

/** They change how the arguments arrive or what the model is shown, not what the tool is. */
const HINTS = ['eager_input_streaming', 'input_examples', 'allowed_callers', 'defer_loading'] as const;
const TOOL_FIELDS = new Set<string>(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control', ...HINTS]);

/** A tool of the caller's, not one of the vendor's own; what is none of both is refused as the first. */
export function isCustom(value: unknown): boolean {
  return typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string' || value.type === 'custom';
}

/** @throws InputError */
export function toolOf(value: unknown, at: string): Tool {
  const tool = object(value, at);
  only(tool, TOOL_FIELDS, at);
  const hints = HINTS.flatMap((hint) => (tool[hint] == null ? [] : [[hint, tool[hint]] as const]));
  return {
    name: text(tool['name'], `${at}.name`),
    description: optional(tool['description'], `${at}.description`, text),
    parameters: object(tool['input_schema'], `${at}.input_schema`),
    strict: optional(tool['strict'], `${at}.strict`, boolean) ?? false,
    ...cacheOf(tool, at),
    ...(hints.length > 0 && { hints: { vendor: 'anthropic', parameters: Object.fromEntries(hints) } }),
  };
}

/** Which tools are to be called, and whether several at once may be. */
export function toolChoiceOf(value: unknown, at: string): { choice: ToolChoice; parallel: boolean | null } {
  const said = object(value, at);
  const type = oneOf(said['type'], ['auto', 'any', 'tool', 'none'], `${at}.type`);
  const alone = optional(said['disable_parallel_tool_use'], `${at}.disable_parallel_tool_use`, boolean);
  const parallel = alone === null ? null : !alone;
  if (type === 'tool') return { choice: { type: 'tool', name: text(said['name'], `${at}.name`) }, parallel };
  return { choice: { type: type === 'any' ? 'required' : type }, parallel };
}
