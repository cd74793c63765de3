import { createRequire } from 'node:module';
import type * as genaiPrices from '@pydantic/genai-prices';
import type { PriceSnapshot, Rates } from '../canonical/price.ts';

/** A target's own price, in USD per million tokens; what it leaves out of the cache kinds costs as `input` does. */
export interface PriceOverride {
  input: number;
  output: number;
  cachedInput?: number | null | undefined;
  cacheWrite?: number | null | undefined;
}

/** Where a price is looked for. */
export interface PricedTarget {
  /** `openai`, `anthropic`, `local`: the kind of the provider. */
  kind: string;
  /** The address of an OpenAI-compatible server tells whose prices hold; null: the vendor of that kind. */
  baseUrl: string | null;
  /** The vendor's name of the model. */
  targetModel: string;
  override: PriceOverride | null;
}

/** Prices by target: the config's, else the list's, else none. */
export interface Prices {
  /** Null where nothing is known; answers from memory after the first time. */
  priceOf(target: PricedTarget): PriceSnapshot | null;
}

type PriceList = typeof genaiPrices;
type ListedPrice = ReturnType<PriceList['calcPrice']>;

const FREE: PriceSnapshot = { source: 'LOCAL', input: 0, output: 0, cachedInput: 0, cacheWrite: 0, tiers: [] };

/** Targets whose price is kept in memory. */
const REMEMBERED = 1_000;

const require = createRequire(import.meta.url);

/** The vendors' price list lies in a package: nothing is fetched. It is loaded (about 50 ms) for the first target that needs it. */
export class ListedPrices implements Prices {
  readonly #known = new Map<string, PriceSnapshot | null>();
  #loaded: PriceList | undefined;

  get #list(): PriceList {
    this.#loaded ??= load();
    return this.#loaded;
  }

  priceOf(target: PricedTarget): PriceSnapshot | null {
    if (target.override !== null) return configPrice(target.override);
    if (target.kind === 'local') return FREE;
    const key = `${target.kind} ${target.baseUrl ?? ''} ${target.targetModel}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const price = this.#listed(target);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, price);
    return price;
  }

  #listed({ kind, baseUrl, targetModel }: PricedTarget): PriceSnapshot | null {
    // A server that only speaks a vendor's protocol has not that vendor's prices: its address must be known.
    const vendor = baseUrl === null ? { providerId: kind } : this.#vendorOf(baseUrl);
    if (vendor === null) return null;
    return listPrice(this.#list.calcPrice({ input_tokens: 1 }, targetModel, vendor));
  }

  #vendorOf(baseUrl: string): { providerId: string } | null {
    const provider = this.#list.findProvider({ providerApiUrl: baseUrl });
    return provider === undefined ? null : { providerId: provider.id };
  }
}

function load(): PriceList {
  return require('@pydantic/genai-prices');
}

function configPrice(price: PriceOverride): PriceSnapshot {
  return {
    source: 'CONFIG',
    input: price.input,
    output: price.output,
    cachedInput: price.cachedInput ?? price.input,
    cacheWrite: price.cacheWrite ?? price.input,
    tiers: [],
  };
}

/** Null as well where the list knows the model but prices it by other things than tokens. */
function listPrice(listed: ListedPrice): PriceSnapshot | null {
  if (listed === null) return null;
  const prices = listed.model_price;
  if (prices['input_mtok'] === undefined && prices['output_mtok'] === undefined) return null;
  const starts = new Set<number>();
  for (const price of Object.values(prices)) {
    if (typeof price === 'object') for (const tier of price.tiers) starts.add(tier.start);
  }
  const tiers = [...starts].sort((a, b) => a - b).map((above) => ({ above, ...ratesAt(prices, above) }));
  return { source: 'LIST', ...ratesAt(prices, 0), tiers };
}

function ratesAt(prices: NonNullable<ListedPrice>['model_price'], above: number): Rates {
  const at = (key: string): number | undefined => {
    const price = prices[key];
    if (typeof price !== 'object') return price;
    return price.tiers.filter((tier) => tier.start <= above).reduce((_, tier) => tier.price, price.base);
  };
  const input = at('input_mtok') ?? 0;
  return {
    input,
    output: at('output_mtok') ?? 0,
    cachedInput: at('cache_read_mtok') ?? input,
    cacheWrite: at('cache_write_mtok') ?? input,
  };
}
