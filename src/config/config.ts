/** The resolved config: what the rest of the program reads. Types only; they follow from the schema. */
import type { z } from 'zod';
import type { Operation } from '../canonical/results.ts';
import type { alerts } from './schema/alerts.ts';
import type { auth } from './schema/auth.ts';
import type { budgets } from './schema/budgets.ts';
import type { ledger } from './schema/ledger.ts';
import type { media } from './schema/media.ts';
import type { model } from './schema/models.ts';
import type { policy } from './schema/policies.ts';
import type { provider } from './schema/providers.ts';
import type { route } from './schema/routes.ts';
import type { server } from './schema/server.ts';
import type { member, target } from './schema/targets.ts';
import type { telemetry } from './schema/telemetry.ts';

export interface Config {
  server: ServerConfig;
  /** By name. Only those that can be used; a provider whose secret is missing is not here. */
  providers: ReadonlyMap<string, ProviderConfig>;
  /** By public name, in the order of the file: the first of an operation is its default. */
  models: ReadonlyMap<string, ModelConfig>;
  /** Models of the file that have lost all their targets, with the reason: a sentence for whoever asks for one. */
  unavailableModels: ReadonlyMap<string, string>;
  /** By name; `default` is always there. */
  policies: ReadonlyMap<string, PolicyConfig>;
  budgets: readonly BudgetConfig[];
  ledger: LedgerConfig;
  auth: AuthConfig;
  media: MediaConfig;
  alerts: AlertsConfig;
  telemetry: TelemetryConfig;
}

export type AuthConfig = z.output<typeof auth>;
/** An issuer of tokens. */
export type JwtConfig = AuthConfig['jwt'][number];
/** What a principal may do, and what happens to its content. */
export type PolicyConfig = z.output<typeof policy>;
/** One kind to mask: the name of a built-in one, or a map with its settings. */
export type MaskConfig = PolicyConfig['mask'][number];
/** One rule on the content of calls. */
export type GuardrailConfig = PolicyConfig['guardrails'][number];
/** A budget of an app, user, team or model. */
export type BudgetConfig = z.output<typeof budgets>[number];
export type LedgerConfig = z.output<typeof ledger>;
export type ServerConfig = z.output<typeof server>;
/** Sizes in bytes, `maxBase64Bytes` after decoding; it fits into `maxBodyBytes`. */
export type MediaConfig = Omit<z.output<typeof media>, 'maxBase64Bytes'> & { maxBase64Bytes: number };
export type AlertsConfig = z.output<typeof alerts>;
export type AlertRule = AlertsConfig['rules'][number];
export type TelemetryConfig = z.output<typeof telemetry>;

type Named<T> = T extends unknown ? T & { name: string } : never;

/** One provider, told apart by `kind`; `name` is its key in the file. */
export type ProviderConfig = Named<z.output<typeof provider>>;
export type ProviderKind = ProviderConfig['kind'];
export type OpenAIProviderConfig = Extract<ProviderConfig, { kind: 'openai' }>;
export type AnthropicProviderConfig = Extract<ProviderConfig, { kind: 'anthropic' }>;
export type LocalProviderConfig = Extract<ProviderConfig, { kind: 'local' }>;

/** One place where a model runs. Prices in USD per million tokens; null where the file says nothing. */
export type TargetConfig = z.output<typeof target>;
export type PriceConfig = NonNullable<TargetConfig['price']>;
/** A target with its weight (> 0) in the merge. */
export type MemberConfig = z.output<typeof member>;

/** How long the answers of a model are kept (ms), and how long they may be (bytes). */
export type CacheConfig = NonNullable<z.output<typeof model>['cache']>;

/** One public model. */
export type ModelConfig = RouteModelConfig | EnsembleModelConfig;

export interface RouteModelConfig {
  kind: 'route';
  name: string;
  operation: Operation;
  description: string | null;
  /** Null: every call asks. */
  cache: CacheConfig | null;
  route: RouteConfig;
  /** At least one, best first. */
  targets: readonly TargetConfig[];
}

export interface EnsembleModelConfig {
  kind: 'ensemble';
  name: string;
  operation: 'SENTIMENT' | 'VISION';
  description: string | null;
  /** Null: every call asks. */
  cache: CacheConfig | null;
  ensemble: EnsembleConfig;
}

/**
 * How a route works. All times in milliseconds, none longer than `totalMs`. Only chat has a first token and events:
 * for what is answered whole, `firstTokenMs` and `idleMs` equal `totalMs`.
 */
export interface RouteConfig extends Omit<z.output<typeof route>, 'hedge' | 'firstTokenMs' | 'idleMs' | 'totalMs'> {
  /** Milliseconds after which a second target is asked beside the first; null for never. */
  hedgeMs: number | null;
  firstTokenMs: number;
  idleMs: number;
  /** For the whole call, all attempts together. */
  totalMs: number;
}

export interface EnsembleConfig {
  /** At least one. */
  of: readonly MemberConfig[];
  merge: 'weighted';
  /** Milliseconds after which a member that has not answered becomes a warning. */
  lateMs: number;
  /** Milliseconds for the whole call; at least `lateMs`. */
  totalMs: number;
}

/** A place in the file; lines and columns count from 1. */
export interface Place {
  line: number;
  column: number;
  /** Keys down to the place: `models.default.targets[1].provider`. */
  path: string;
}

/** Something that an operator should know, and that stops nothing. */
export interface Notice extends Place {
  code: 'PROVIDER_LEFT_OUT' | 'TARGETS_DROPPED' | 'MODEL_UNAVAILABLE';
  message: string;
}

export interface LoadedConfig {
  config: Config;
  notices: Notice[];
  /** SHA-256 of the file's bytes, hex: tells whether a file has changed. */
  digest: string;
}
