import type { Cost, TokenUsage } from './usage.ts';

/** USD per million tokens. */
export interface Rates {
  input: number;
  output: number;
  /** Input tokens that the vendor read from its cache. */
  cachedInput: number;
  /** Input tokens that the vendor wrote to its cache. */
  cacheWrite: number;
  /** Input tokens of sounds. */
  audioInput: number;
  /** Output tokens of sounds. */
  audioOutput: number;
  /** Input tokens of pictures. */
  imageInput: number;
}

/** The price that a call was computed with, kept with the call: a later price list changes no old cost. */
export interface PriceSnapshot extends Rates {
  /** CONFIG: the target's own price; LIST: the vendors' price list; LOCAL: a model of this machine, free. */
  source: 'CONFIG' | 'LIST' | 'LOCAL';
  /** Long-context prices: the last one whose `above` is less than the input tokens holds for all tokens of the call. */
  tiers: PriceTier[];
  /** The vendor's service tier that it is the price of; absent: the usual one. */
  serviceTier?: string;
  /** USD for each use of a vendor's own tool, by its name. */
  tools?: Readonly<Record<string, number>>;
}

export interface PriceTier extends Rates {
  /** Input tokens. */
  above: number;
}

/** What a target costs: the usual price, and those of the vendor's other service tiers as far as they are known. */
export interface TargetPrice {
  usual: PriceSnapshot;
  serviceTiers: Readonly<Record<string, PriceSnapshot>>;
}

/** Words of vendors for the service that everybody gets who asks for no other, and for the choice among several. */
const USUAL: ReadonlySet<string> = new Set(['auto', 'default', 'standard', 'standard_only', 'on_demand']);

/** Whether a word of a vendor, of a request or an answer, means the service that the usual price is for. */
export function isUsualTier(tier: string): boolean {
  return USUAL.has(tier);
}

/** The price of a service tier; null where that one's is not known, whatever the usual one is. */
export function priceAt(price: TargetPrice | null, tier: string | undefined): PriceSnapshot | null {
  if (price === null || tier === undefined || isUsualTier(tier)) return price?.usual ?? null;
  // What runs here has no tiers.
  if (price.usual.source === 'LOCAL') return price.usual;
  return Object.hasOwn(price.serviceTiers, tier) ? (price.serviceTiers[tier] ?? null) : null;
}

const PER_TOKEN = 1_000_000;

/** What the tokens cost at the price of the service tier that served them. */
export function costAt(usage: TokenUsage, price: TargetPrice | null): Cost {
  return costOf(usage, priceAt(price, usage.serviceTier));
}

/**
 * What the tokens cost, to the nano-USD. Each is counted once: what was read from the cache or written to it at that
 * price, whatever it is of, then sounds and pictures at theirs, and the rest as input. The price of a long context
 * holds for the whole call. Where a tool of the vendor's was used whose price is not known, neither is the cost.
 */
export function costOf(usage: TokenUsage, price: PriceSnapshot | null): Cost {
  if (price === null) return { usd: null };
  const tools = toolCost(usage, price);
  if (tools === null) return { usd: null };
  const rates = price.tiers.findLast((tier) => usage.input > tier.above) ?? price;
  const fresh = Math.max(0, usage.input - usage.cachedInput - usage.cacheWrite);
  const audioInput = Math.min(usage.audioInput, fresh);
  const imageInput = Math.min(usage.imageInput, fresh - audioInput);
  const audioOutput = Math.min(usage.audioOutput, usage.output);
  const millionfold =
    (fresh - audioInput - imageInput) * rates.input +
    audioInput * rates.audioInput +
    imageInput * rates.imageInput +
    usage.cachedInput * rates.cachedInput +
    usage.cacheWrite * rates.cacheWrite +
    (usage.output - audioOutput) * rates.output +
    audioOutput * rates.audioOutput;
  return { usd: Math.round((millionfold / PER_TOKEN + tools) * 1e9) / 1e9 };
}

/** Tools that were used and have no price. */
export function unpricedTools({ toolUses }: TokenUsage, price: PriceSnapshot | null): string[] {
  return Object.entries(toolUses ?? {}).flatMap(([name, count]) => (count > 0 && price?.tools?.[name] === undefined ? [name] : []));
}

function toolCost(usage: TokenUsage, price: PriceSnapshot): number | null {
  if (usage.toolUses === undefined) return 0;
  if (unpricedTools(usage, price).length > 0) return null;
  return Object.entries(usage.toolUses).reduce((sum, [name, count]) => sum + count * (price.tools?.[name] ?? 0), 0);
}
