import { createHash } from 'node:crypto';
import type { Config, MemberConfig, ModelConfig, ProviderConfig, RouteConfig, TargetConfig } from './config/config.ts';
import type { TargetPrice } from './canonical/price.ts';
import { ListedPrices, type Prices } from './ledger/prices.ts';
import { createAnthropicProvider } from './providers/anthropic/anthropic-provider.ts';
import { createLocalProvider } from './providers/local/provider.ts';
import { createOpenAIProvider } from './providers/openai/openai-provider.ts';
import type { Provider } from './providers/provider.ts';
import { KeyRing } from './routing/attempts/key-ring.ts';
import { BREAKER_DEFAULTS } from './routing/breaker/breaker.ts';
import type { Sticky } from './routing/strategies/sticky.ts';
import { TargetState } from './routing/target-state.ts';
import type { AnswerCache, RoutedModel, Target } from './routing/target.ts';
import { loadLanguages } from './routing/when/language.ts';
import type { Log } from './telemetry/log.ts';
import type { RouteObserver } from './telemetry/routing.ts';

export interface FleetOptions {
  dataDir: string;
  log: Log;
  /** Told of attempts, failovers and breakers. */
  observer: RouteObserver;
}

/** The providers and models of one config, ready to be asked. */
export class Fleet {
  readonly models: readonly RoutedModel[];
  /** By the provider's config, so that a reload keeps those that have not changed. */
  readonly #providers: ReadonlyMap<string, Provider>;
  /** By provider and target, so that a reload forgets nothing of those that have not changed. */
  readonly #memory: ReadonlyMap<string, KeyRing | TargetState>;

  constructor(models: readonly RoutedModel[], providers: ReadonlyMap<string, Provider>, memory: ReadonlyMap<string, KeyRing | TargetState>) {
    this.models = models;
    this.#providers = providers;
    this.#memory = memory;
  }

  provider(key: string): Provider | undefined {
    return this.#providers.get(key);
  }

  /** What is known of a provider's keys, or of a target. */
  remembered(key: string): KeyRing | TargetState | undefined {
    return this.#memory.get(key);
  }

  /** Those that the next fleet does not use. */
  leftBy(next: Fleet): Provider[] {
    return [...this.#providers].filter(([key]) => next.provider(key) === undefined).map(([, provider]) => provider);
  }

  /** The provider of this machine's models, where the config has one. */
  get local(): Provider | undefined {
    return [...this.#providers.values()].find(({ local }) => local === true);
  }

  /** Milliseconds after which no call of it can be running any more. */
  get longestMs(): number {
    return Math.max(0, ...this.models.map((model) => model.deadlines.totalMs));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#providers.values()].map((provider) => provider.close()));
  }
}

/** For a server that asks for none: the vendors' SDKs insist on having one. */
const NO_KEY = 'none';

/** How each kind of provider is made: a new kind is one folder and one line here. */
function createProvider(config: ProviderConfig, apiKey: string, options: FleetOptions): Provider {
  switch (config.kind) {
    case 'openai': {
      const { name, headers, baseUrl, organization, project, azure, connectMs } = config;
      return createOpenAIProvider({
        name,
        apiKey,
        headers,
        connectMs,
        ...(baseUrl === null ? {} : { baseUrl }),
        ...(organization === null ? {} : { organization }),
        ...(project === null ? {} : { project }),
        ...(azure === null ? {} : { azure }),
      });
    }
    case 'anthropic': {
      const { name, headers, baseUrl, connectMs } = config;
      return createAnthropicProvider({ name, apiKey, headers, connectMs, ...(baseUrl === null ? {} : { baseUrl }) });
    }
    case 'local':
      return createLocalProvider({ name: config.name, ...options });
  }
}

function keysOf(config: ProviderConfig): readonly string[] {
  return config.kind === 'local' ? [NO_KEY] : (config.apiKeys ?? [config.apiKey ?? NO_KEY]);
}

/** Puts the targets of one config together. */
class FleetBuilder {
  readonly providers = new Map<string, Provider>();
  readonly memory = new Map<string, KeyRing | TargetState>();
  readonly observer: RouteObserver;
  readonly #config: Config;
  readonly #options: FleetOptions;
  readonly #prices: Prices;
  readonly #before: Fleet | undefined;

  constructor(config: Config, options: FleetOptions, prices: Prices, before: Fleet | undefined) {
    this.#config = config;
    this.#options = options;
    this.#prices = prices;
    this.#before = before;
    this.observer = options.observer;
  }

  target(target: TargetConfig, { breaker, retryShare }: Pick<RouteConfig, 'breaker' | 'retryShare'>): Target[] {
    const provider = this.#config.providers.get(target.provider);
    if (provider === undefined) return [];
    const keys = this.#keys(provider);
    const { model: targetModel, serviceTier, weight, contextWindow, maxOutputTokens, region, prefill, onRefusal, when, limits } = target;
    const name = `${provider.name}/${targetModel}`;
    // Models with the same settings for a target share what is known of it.
    const state = this.#remember(JSON.stringify([provider, targetModel, limits, breaker, retryShare]), TargetState, () => new TargetState({ name, breaker, limits, retryShare, observer: this.observer }));
    const listed = this.#prices.priceOf({ kind: provider.kind, baseUrl: provider.kind === 'local' ? null : provider.baseUrl, targetModel, override: target.price });
    const price = listed === null || target.toolPrices === null ? listed : withTools(listed, target.toolPrices);
    return [{ provider: keys.pick(), keys, targetModel, price, serviceTier, weight, contextWindow, maxOutputTokens, region, prefill, onRefusal, when, state }];
  }

  member(member: MemberConfig): Target[] {
    return this.target({ ...member, prefill: false, onRefusal: false, when: null }, { breaker: BREAKER_DEFAULTS, retryShare: 0 });
  }

  #keys(config: ProviderConfig): KeyRing {
    const instances = keysOf(config).map((apiKey) => this.#provider(config, apiKey));
    return this.#remember(JSON.stringify(config), KeyRing, () => new KeyRing(instances));
  }

  #provider(config: ProviderConfig, apiKey: string): Provider {
    const key = JSON.stringify([config, apiKey]);
    const provider = this.#before?.provider(key) ?? this.providers.get(key) ?? createProvider(config, apiKey, this.#options);
    this.providers.set(key, provider);
    return provider;
  }

  #remember<T extends KeyRing | TargetState>(key: string, type: new (...args: never[]) => T, create: () => T): T {
    const known = this.memory.get(key) ?? this.#before?.remembered(key);
    const value = known instanceof type ? known : create();
    this.memory.set(key, value);
    return value;
  }
}

/**
 * Makes the providers and models of a config.
 * @param before its providers are kept where their config has not changed, and what is known of its targets
 */
export async function buildFleet(config: Config, options: FleetOptions, before?: Fleet): Promise<Fleet> {
  const builder = new FleetBuilder(config, options, new ListedPrices(), before);
  const { observer } = builder;
  const models = [...config.models.values()].map((model): RoutedModel => {
    const { name, operation, description } = model;
    const cache = model.cache === null ? {} : { cache: cacheOf(model, model.cache, config) };
    if (model.kind === 'route') {
      const { strategy, hedgeMs, rescue, askInPieces, retries, firstTokenMs, idleMs, totalMs } = model.route;
      const targets = model.targets.flatMap((target) => builder.target(target, model.route));
      const deadlines = { firstTokenMs, idleMs, totalMs };
      return { kind: 'route', name, operation, description, targets, strategy, sticky: stickyOf(model.route.sticky), hedgeMs, rescue, askInPieces, retries, deadlines, ...cache, observer };
    }
    const { of, lateMs, totalMs } = model.ensemble;
    const deadlines = { firstTokenMs: totalMs, idleMs: totalMs, totalMs };
    return { kind: 'ensemble', name, operation, description, lateMs, deadlines, ...cache, targets: of.flatMap((member) => builder.member(member)), observer };
  });
  if (models.some(({ targets }) => targets.some(({ when }) => when?.languages != null))) await loadLanguages();
  return new Fleet(models, builder.providers, builder.memory);
}

/** A provider that is now another server gives other answers; one with another key gives the same. */
function cacheOf(model: ModelConfig, { ttl, maxEntryBytes }: NonNullable<ModelConfig['cache']>, { providers }: Config): AnswerCache {
  const names = new Set((model.kind === 'route' ? model.targets : model.ensemble.of).map(({ provider }) => provider));
  const used = [...names].map((name) => ({ ...providers.get(name), apiKey: null, apiKeys: null }));
  return { ttlMs: ttl, maxEntryBytes, version: createHash('sha256').update(JSON.stringify([model, used])).digest('base64url') };
}

/** `principal`, `none`, or `metadata.` and a key. */
function stickyOf(text: string): Sticky {
  if (text === 'principal' || text === 'none') return { by: text };
  return { by: 'metadata', key: text.slice('metadata.'.length) };
}

/** The regions that the data of each policy may go to; null for all. */
export function regionsOf(config: Config): ReadonlyMap<string, readonly string[] | null> {
  return new Map([...config.policies].map(([name, { regions }]) => [name, regions]));
}

/** The vendor's own tools cost the same in every tier. */
function withTools({ usual, serviceTiers }: TargetPrice, tools: Readonly<Record<string, number>>): TargetPrice {
  return { usual: { ...usual, tools }, serviceTiers: Object.fromEntries(Object.entries(serviceTiers).map(([tier, price]) => [tier, { ...price, tools }])) };
}
