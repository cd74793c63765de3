import type { Cost, TokenUsage } from './usage.ts';

/** USD per million tokens. */
export interface Rates {
  input: number;
  output: number;
  /** Input tokens that the vendor read from its cache. */
  cachedInput: number;
  /** Input tokens that the vendor wrote to its cache. */
  cacheWrite: number;
}

/** The price that a call was computed with, kept with the call: a later price list changes no old cost. */
export interface PriceSnapshot extends Rates {
  /** CONFIG: the target's own price; LIST: the vendors' price list; LOCAL: a model of this machine, free. */
  source: 'CONFIG' | 'LIST' | 'LOCAL';
  /** Long-context prices: the last one whose `above` is less than the input tokens holds for all tokens of the call. */
  tiers: PriceTier[];
}

export interface PriceTier extends Rates {
  /** Input tokens. */
  above: number;
}

const PER_TOKEN = 1_000_000;

/**
 * What the tokens cost, to the nano-USD. Cached and cache-write tokens are parts of `usage.input` and are
 * counted at their own price; the price of a long context holds for the whole call.
 */
export function costOf(usage: TokenUsage, price: PriceSnapshot | null): Cost {
  if (price === null) return { usd: null };
  const rates = price.tiers.findLast((tier) => usage.input > tier.above) ?? price;
  const plain = Math.max(0, usage.input - usage.cachedInput - usage.cacheWrite);
  const millionfold =
    plain * rates.input +
    usage.cachedInput * rates.cachedInput +
    usage.cacheWrite * rates.cacheWrite +
    usage.output * rates.output;
  return { usd: Math.round((millionfold / PER_TOKEN) * 1e9) / 1e9 };
}
