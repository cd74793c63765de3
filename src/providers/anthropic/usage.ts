import type { TokenUsage } from '../../canonical/usage.ts';
import { count, isFields, type Fields } from '../shared/fields.ts';
import { tierOf } from '../shared/service-tier.ts';

/**
 * Counts of one message, from `message_start` and then `message_delta`, whose numbers are the last word: what it
 * gives replaces what was said before, what it leaves out stays.
 */
export class UsageCounter {
  #said: Fields | null = null;

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
    };
  }
}
