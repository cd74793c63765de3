import type { Config, ProviderConfig, TargetConfig } from './config/config.ts';
import { loadPrices, type Prices } from './ledger/prices.ts';
import { createAnthropicProvider } from './providers/anthropic/anthropic-provider.ts';
import { createLocalProvider } from './providers/local/provider.ts';
import { createOpenAIProvider } from './providers/openai/openai-provider.ts';
import type { Provider } from './providers/provider.ts';
import type { RoutedModel, Target } from './routing/target.ts';
import type { Log } from './telemetry/log.ts';

export interface FleetOptions {
  dataDir: string;
  log: Log;
}

/** The providers and models of one config, ready to be asked. */
export class Fleet {
  readonly models: readonly RoutedModel[];
  /** By the provider's config, so that a reload keeps those that have not changed. */
  readonly #providers: ReadonlyMap<string, Provider>;

  constructor(models: readonly RoutedModel[], providers: ReadonlyMap<string, Provider>) {
    this.models = models;
    this.#providers = providers;
  }

  provider(key: string): Provider | undefined {
    return this.#providers.get(key);
  }

  /** Those that the next fleet does not use. */
  leftBy(next: Fleet): Provider[] {
    return [...this.#providers].filter(([key]) => next.provider(key) === undefined).map(([, provider]) => provider);
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
function createProvider(config: ProviderConfig, options: FleetOptions): Provider {
  switch (config.kind) {
    case 'openai': {
      const { name, headers, baseUrl, organization, project, azure } = config;
      return createOpenAIProvider({
        name,
        apiKey: config.apiKey ?? NO_KEY,
        headers,
        ...(baseUrl === null ? {} : { baseUrl }),
        ...(organization === null ? {} : { organization }),
        ...(project === null ? {} : { project }),
        ...(azure === null ? {} : { azure }),
      });
    }
    case 'anthropic': {
      const { name, headers, baseUrl } = config;
      return createAnthropicProvider({ name, apiKey: config.apiKey ?? NO_KEY, headers, ...(baseUrl === null ? {} : { baseUrl }) });
    }
    case 'local':
      return createLocalProvider({ name: config.name, ...options });
  }
}

/**
 * Makes the providers and models of a config.
 * @param before its providers are kept where their config has not changed
 */
export async function buildFleet(config: Config, options: FleetOptions, before?: Fleet): Promise<Fleet> {
  const providers = new Map<string, { key: string; config: ProviderConfig; provider: Provider }>();
  for (const [name, providerConfig] of config.providers) {
    const key = JSON.stringify(providerConfig);
    providers.set(name, { key, config: providerConfig, provider: before?.provider(key) ?? createProvider(providerConfig, options) });
  }
  const prices = await loadPrices();
  const targetOf = (target: TargetConfig, weight: number): Target[] => {
    const found = providers.get(target.provider);
    if (found === undefined) return [];
    const price = priceOf(prices, found.config, target);
    return [{ provider: found.provider, targetModel: target.model, price, weight, contextWindow: target.contextWindow }];
  };
  const models = [...config.models.values()].map((model): RoutedModel => {
    const { name, operation, description } = model;
    if (model.kind === 'route') {
      const { retries, firstTokenMs, idleMs, totalMs } = model.route;
      return { kind: 'route', name, operation, description, retries, deadlines: { firstTokenMs, idleMs, totalMs }, targets: model.targets.flatMap((target) => targetOf(target, 1)) };
    }
    const { of, lateMs, totalMs } = model.ensemble;
    const deadlines = { firstTokenMs: totalMs, idleMs: totalMs, totalMs };
    return { kind: 'ensemble', name, operation, description, lateMs, deadlines, targets: of.flatMap((member) => targetOf(member, member.weight)) };
  });
  return new Fleet(models, new Map([...providers.values()].map(({ key, provider }) => [key, provider])));
}

function priceOf(prices: Prices, provider: ProviderConfig, target: TargetConfig) {
  const baseUrl = provider.kind === 'local' ? null : provider.baseUrl;
  return prices.priceOf({ kind: provider.kind, baseUrl, targetModel: target.model, override: target.price });
}
