import { createRequire } from 'node:module';
import type * as genaiPrices from '@pydantic/genai-prices';
import type { PriceSnapshot, Rates, TargetPrice } from '../canonical/price.ts';

/** In USD per million tokens; a kind that is left out costs as `input` or `output` does, whichever it is a part of. */
interface OwnRates {
  input: number;
  output: number;
  cachedInput?: number | null | undefined;
  cacheWrite?: number | null | undefined;
  audioInput?: number | null | undefined;
  audioOutput?: number | null | undefined;
  imageInput?: number | null | undefined;
}

interface OwnPrice extends OwnRates {
  longContext?: readonly (OwnRates & { above: number })[];
}

/** A target's own price. */
export interface PriceOverride extends OwnPrice {
  /** By the vendor's word for them. */
  serviceTiers?: Readonly<Record<string, OwnPrice>>;
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
  priceOf(target: PricedTarget): TargetPrice | null;
}

type PriceList = typeof genaiPrices;
type ListedPrice = ReturnType<PriceList['calcPrice']>;

const NOTHING: Rates = { input: 0, output: 0, cachedInput: 0, cacheWrite: 0, audioInput: 0, audioOutput: 0, imageInput: 0 };
const FREE: TargetPrice = { usual: { source: 'LOCAL', ...NOTHING, tiers: [] }, serviceTiers: {} };

/** Targets whose price is kept in memory. */
const REMEMBERED = 1_000;

const require = createRequire(import.meta.url);

/** The vendors' price list lies in a package: nothing is fetched. It is loaded (about 50 ms) for the first target that needs it. */
export class ListedPrices implements Prices {
  readonly #known = new Map<string, TargetPrice | null>();
  #loaded: PriceList | undefined;

  get #list(): PriceList {
    this.#loaded ??= load();
    return this.#loaded;
  }

  priceOf(target: PricedTarget): TargetPrice | null {
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

  #listed({ kind, baseUrl, targetModel }: PricedTarget): TargetPrice | null {
    // A server that only speaks a vendor's protocol has not that vendor's prices: its address must be known.
    const vendor = baseUrl === null ? { providerId: kind } : this.#vendorOf(baseUrl);
    if (vendor === null) return null;
    const usual = listPrice(this.#list.calcPrice({ input_tokens: 1 }, targetModel, vendor));
    // The list has the usual prices alone.
    return usual === null ? null : { usual, serviceTiers: {} };
  }

  #vendorOf(baseUrl: string): { providerId: string } | null {
    const provider = this.#list.findProvider({ providerApiUrl: baseUrl });
    return provider === undefined ? null : { providerId: provider.id };
  }
}

function load(): PriceList {
  return require('@pydantic/genai-prices');
}

function configPrice(price: PriceOverride): TargetPrice {
  const serviceTiers = Object.entries(price.serviceTiers ?? {}).map(([serviceTier, own]) => [serviceTier, { ...ownPrice(own), serviceTier }] as const);
  return { usual: ownPrice(price), serviceTiers: Object.fromEntries(serviceTiers) };
}

function ownPrice(price: OwnPrice): PriceSnapshot {
  const tiers = (price.longContext ?? []).map((tier) => ({ above: tier.above, ...ownRates(tier) })).sort((a, b) => a.above - b.above);
  return { source: 'CONFIG', ...ownRates(price), tiers };
}

function ownRates({ input, output, cachedInput, cacheWrite, audioInput, audioOutput, imageInput }: OwnRates): Rates {
  return {
    input,
    output,
    cachedInput: cachedInput ?? input,
    cacheWrite: cacheWrite ?? input,
    audioInput: audioInput ?? input,
    audioOutput: audioOutput ?? output,
    imageInput: imageInput ?? input,
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
  return ownRates({
    input: at('input_mtok') ?? 0,
    output: at('output_mtok') ?? 0,
    cachedInput: at('cache_read_mtok'),
    cacheWrite: at('cache_write_mtok'),
    audioInput: at('input_audio_mtok'),
    audioOutput: at('output_audio_mtok'),
    imageInput: at('input_image_mtok'),
  });
}
