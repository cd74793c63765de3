import type { z } from 'zod';
import type { Operation } from '../canonical/results.ts';
import type { Config, EnsembleModelConfig, ModelConfig, Notice, ProviderConfig, RouteConfig } from './config.ts';
import { canonicalOperation } from './operation.ts';
import { BASE64_DEFAULT, base64Room } from './schema/media.ts';
import { policy } from './schema/policies.ts';
import { LATE_DEFAULTS, type model } from './schema/models.ts';
import type { root } from './schema/root.ts';
import { route, ROUTE_DEFAULTS } from './schema/routes.ts';
import { listOf } from './suggest.ts';
import type { Tree } from './tree.ts';

type FileModel = z.output<typeof model>;

/** Providers that cannot be used, with the variables that they miss. */
export type LeftOut = ReadonlyMap<string, readonly string[]>;

/** Fills in names and defaults, and leaves out what cannot be used. */
export function resolveConfig(file: z.output<typeof root>, leftOut: LeftOut, tree: Tree): { config: Config; notices: Notice[] } {
  const notices: Notice[] = [];
  const providers = new Map<string, ProviderConfig>();
  for (const [name, provider] of Object.entries(file.providers)) {
    const missing = leftOut.get(name);
    if (missing === undefined) providers.set(name, { ...provider, name });
    else {
      const message = `provider ${name} is left out: ${listOf(missing, 'and')} ${missing.length === 1 ? 'is' : 'are'} not set`;
      notices.push({ code: 'PROVIDER_LEFT_OUT', message, ...tree.place(['providers', name]) });
    }
  }
  const models = new Map<string, ModelConfig>();
  const unavailableModels = new Map<string, string>();
  for (const [name, fileModel] of Object.entries(file.models)) {
    const { resolved, dropped } = resolveModel(name, fileModel, providers);
    if (resolved === null) {
      unavailableModels.set(name, 'none of its targets can be used, for the gateway lacks a secret that they need.');
      const message = `model ${name} cannot be used: all its targets are at providers that are left out (${listOf(dropped, 'and')})`;
      notices.push({ code: 'MODEL_UNAVAILABLE', message, ...tree.place(['models', name]) });
      continue;
    }
    models.set(name, resolved);
    if (dropped.length > 0) {
      notices.push({ code: 'TARGETS_DROPPED', message: `model ${name} goes on without ${listOf(dropped, 'and')}`, ...tree.place(['models', name]) });
    }
  }
  const { server, telemetry, auth, budgets, ledger, alerts } = file;
  const maxBase64Bytes = file.media.maxBase64Bytes ?? Math.min(BASE64_DEFAULT, base64Room(server.limits.maxBodyBytes));
  const media = { ...file.media, maxBase64Bytes };
  return { config: { server, providers, models, unavailableModels, policies: resolvePolicies(file.policies), budgets, ledger, auth, media, alerts, telemetry }, notices };
}

/** A gateway whose file says nothing of policies masks what nobody wants to send anywhere. */
function resolvePolicies(file: z.output<typeof root>['policies']): Config['policies'] {
  const policies = new Map(Object.entries(file));
  if (!policies.has('default')) policies.set('default', policy.parse({}));
  return policies;
}

function resolveModel(name: string, file: FileModel, providers: ReadonlyMap<string, unknown>): { resolved: ModelConfig | null; dropped: string[] } {
  const usable = (target: { provider: string }): boolean => providers.has(target.provider);
  const all = file.targets ?? file.ensemble?.of ?? [];
  const dropped = all.filter((target) => !usable(target)).map((target) => `${target.provider}/${target.model}`);
  if (dropped.length === all.length) return { resolved: null, dropped };
  const common = { name, description: file.description ?? null, cache: file.cache ?? null };
  if (file.targets !== undefined) {
    const operation = canonicalOperation(file.operation);
    return { resolved: { ...common, kind: 'route', operation, route: resolveRoute(file.route, operation), targets: file.targets.filter(usable) }, dropped };
  }
  return { resolved: resolveEnsemble(common, file, usable), dropped };
}

function resolveEnsemble(common: Pick<EnsembleModelConfig, 'name' | 'description' | 'cache'>, file: FileModel, usable: (target: { provider: string }) => boolean): EnsembleModelConfig | null {
  const { operation, ensemble } = file;
  if (ensemble === undefined || (operation !== 'sentiment' && operation !== 'vision')) return null;
  const totalMs = ensemble.totalMs ?? ROUTE_DEFAULTS.totalMs;
  const lateMs = ensemble.lateMs ?? Math.min(LATE_DEFAULTS[operation], totalMs);
  return {
    ...common,
    kind: 'ensemble',
    operation: canonicalOperation(operation),
    ensemble: { of: ensemble.of.filter(usable), merge: ensemble.merge, lateMs, totalMs },
  };
}

/** A default never outlasts the total that the file asks for. */
function resolveRoute(file: z.output<typeof route> = route.parse({}), operation: Operation): RouteConfig {
  const { hedge, firstTokenMs, idleMs, totalMs = ROUTE_DEFAULTS.totalMs, ...rest } = file;
  const chat = operation === 'CHAT';
  return {
    ...rest,
    hedgeMs: hedge?.afterMs ?? null,
    firstTokenMs: chat ? (firstTokenMs ?? Math.min(ROUTE_DEFAULTS.firstTokenMs, totalMs)) : totalMs,
    idleMs: chat ? (idleMs ?? Math.min(ROUTE_DEFAULTS.idleMs, totalMs)) : totalMs,
    totalMs,
  };
}
