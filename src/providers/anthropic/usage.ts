import type { TokenUsage } from '../../canonical/usage.ts';
import { count, isFields, type Fields } from '../shared/fields.ts';
import { tierOf } from '../shared/service-tier.ts';

/**
 * Counts of one message, from `message_start` and then `message_delta`, whose numbers are the last word: what it
 * gives replaces what was said before, what it leaves out stays.
 */
export class UsageCounter {
  #said: Fields | null = null;

  /** Uses of the vendor's own tools, by their names, as far as they were seen. */
  readonly #uses: Record<string, number> = {};

  /** One of the vendor's own tools was used. */
  used(tool: string): void {
    this.#uses[tool] = (this.#uses[tool] ?? 0) + 1;
  }

  take(usage: unknown): void {
    if (!isFields(usage)) return;
    const given = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
    this.#said = { ...this.#said, ...Object.fromEntries(given) };
  }

  /** Null where nothing was reported. The vendor counts what it read from or wrote to its cache apart; here it is part of the input. */
  usage(): TokenUsage | null {
    if (!this.#said) return null;
    const cachedInput = count(this.#said['cache_read_input_tokens']);
    const cacheWrite = count(this.#said['cache_creation_input_tokens']);
    const details = this.#said['output_tokens_details'];
    return {
      input: count(this.#said['input_tokens']) + cachedInput + cacheWrite,
      output: count(this.#said['output_tokens']),
      cachedInput,
      cacheWrite,
      reasoning: isFields(details) ? count(details['thinking_tokens']) : 0,
      // Counted apart by this vendor neither on the way in nor out.
      audioInput: 0,
      audioOutput: 0,
      imageInput: 0,
      reported: true,
      // The fast mode has prices of its own, whatever the tier.
      ...tierOf(this.#said['speed'] === 'fast' ? 'fast' : this.#said['service_tier']),
      ...this.#toolUses(this.#said['server_tool_use']),
    };
  }

  /** The vendor counts some of its tools; what was seen holds for the others. */
  #toolUses(counted: unknown): Pick<TokenUsage, 'toolUses'> {
    const uses = { ...this.#uses };
    for (const [field, times] of Object.entries(isFields(counted) ? counted : {})) {
      const name = field.replace(/_requests$/, '');
      if (count(times) > 0) uses[name] = Math.max(count(times), uses[name] ?? 0);
    }
    return Object.keys(uses).length === 0 ? {} : { toolUses: uses };
  }
}
