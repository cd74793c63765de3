import { mkdirSync } from 'node:fs';
import { Access } from './access.ts';
import { KanonError } from './canonical/errors.ts';
import type { Config, LoadedConfig } from './config/config.ts';
import { DocumentStore } from './graphql/documents/store.ts';
import { TrustedDocuments } from './graphql/documents/trusted.ts';
import { buildExecutable } from './graphql/schema.ts';
import { GraphQLExecutor } from './graphql/execution/executor.ts';
import { openLedger, type Ledger } from './ledger/ledger.ts';
import { Media } from './media/media.ts';
import { Operations } from './operations/operations.ts';
import { authorise } from './pipeline/authorise.ts';
import { KeptAnswers } from './pipeline/caching/answers.ts';
import { cache } from './pipeline/caching/cache.ts';
import { guard } from './pipeline/guarding/guard.ts';
import { mask } from './pipeline/masking/mask.ts';
import { maskPictures } from './pipeline/masking/pictures.ts';
import { Spending } from './pipeline/limits/spending.ts';
import { measure } from './pipeline/measure.ts';
import { payload } from './pipeline/payload/payload.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { vendorTools } from './pipeline/vendor-tools.ts';
import { record } from './pipeline/record.ts';
import { residency } from './pipeline/residency.ts';
import { actorOf } from './policy/refusals.ts';
import { buildFleet, regionsOf, type Fleet, type FleetOptions } from './fleet.ts';
import { healthOfAll } from './routing/health.ts';
import type { Provider } from './providers/provider.ts';
import { openRedis, type Redis } from './redis/redis.ts';
import { SealedRedis } from './redis/sealed.ts';
import { LocalModels } from './local-models.ts';
import { ModelCatalog } from './routing/catalog.ts';
import type { Log } from './telemetry/log.ts';
import { Alerts } from './telemetry/alerts/alerts.ts';
import { budgetReading } from './pipeline/limits/seen.ts';
import { Metrics } from './telemetry/metrics/metrics.ts';
import { logRoutes, observers } from './telemetry/routing.ts';
import { openTracing, type OtlpEnvironment, type Tracing } from './telemetry/tracing/tracing.ts';
import { Transport } from './transport/server.ts';
import { firstKey } from './wiring/admin-key.ts';
import { bothOf } from './wiring/both-of.ts';
import { fetchPolicy, mediaLimits } from './wiring/media-options.ts';
import { followRetention } from './wiring/retention.ts';
import { spendSince } from './wiring/spend.ts';

export interface GatewayOptions {
  loaded: LoadedConfig;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Folder of all that outlives the process. */
  dataDir: string;
  /** Lets everybody in without a key; on loopback only. */
  dev: boolean;
  databaseUrl?: string | undefined;
  /** `redis[s]://...`: what instances share beside the ledger. */
  redisUrl?: string | undefined;
  secret?: string | undefined;
  /** The first key, given by the operator. */
  adminKey?: string | undefined;
  /** Of the environment; what the config says goes before. */
  otlp?: OtlpEnvironment;
  log: Log;
}

/** Milliseconds that running requests get when the gateway closes. */
const DRAIN_MS = 10_000;
const MAX_DIRECTIVES = 50;

/** A running gateway. */
export class Gateway {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** The admin key that this start has made; null when there is one already. Shown once, kept nowhere. */
  readonly newAdminKey: string | null;
  readonly #parts: Parts;

  private constructor(url: string, newAdminKey: string | null, parts: Parts) {
    this.url = url;
    this.newAdminKey = newAdminKey;
    this.#parts = parts;
  }

  /**
   * Puts the rooms together and opens the port.
   * @throws KanonError when a part cannot start
   */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const { loaded, log, dataDir, host, port, dev } = options;
    if (dev && !isLoopback(host)) {
      throw new KanonError('INTERNAL', `--dev lets everybody in, so it listens on loopback only, not on ${host}.`);
    }
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const secrets = (options.secret ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
    const redis = options.redisUrl === undefined ? null : await openRedis(options.redisUrl, log);
    const opening = openLedger({ dataDir, databaseUrl: options.databaseUrl, redis, secret: options.secret, log });
    const local = new LocalModels({ dataDir, log, configured: () => current.fleet.local });
    const alerts = new Alerts({ config: loaded.config.alerts, budgets: async () => (await spending.budgetsOfLate()).map(budgetReading), spend: (since) => spendSince(ledger, since), agreement: () => ledger.alerts, log });
    const metrics = new Metrics();
    const fleetOptions = { dataDir, log, observer: observers([logRoutes(log), metrics, alerts]) };
    // While the ledger's thread starts.
    const executable = buildExecutable();
    const [ledger, fleet] = await bothOf(opening, buildFleet(loaded.config, fleetOptions)).catch((error: unknown) => {
      redis?.close();
      throw error;
    });
    const newAdminKey = dev ? null : await firstKey(ledger, options.adminKey, log);
    const access = new Access({ refused: () => alerts.refused(1), config: loaded.config, ledger, dataDir, secret: options.secret, dev, embed: local.embed, log });
    const media = new Media({ dataDir, log, limits: mediaLimits(loaded.config), fetch: fetchPolicy(loaded.config) });
    const tracing = openTracing(loaded.config.telemetry.otlp, options.otlp ?? {}, log);
    const current = { config: loaded.config, fleet, catalog: catalogOf(loaded.config, fleet) };
    const spending = new Spending(ledger.budgets, () => current.config);
    const { policies, refusals } = access;
    const masking = mask({ policies, refusals, pictures: maskPictures(local.lines) });
    const payloads = payload({ payloadsOf: (policy) => current.config.policies.get(policy)?.payloads, policies, log });
    const sealed = redis === null || secrets.length === 0 ? null : new SealedRedis(redis, secrets);
    const answers = new KeptAnswers({ ...loaded.config.server.cache, secret: secrets[0] ?? null, shared: sealed });
    const caching = cache({ answers, policies, lookedUp: (model, outcome) => metrics.cacheLookedUp(model, outcome) });
    const pipeline = new Pipeline([measure({ callEnded: (call) => [metrics, alerts].forEach((one) => one.callEnded(call)) }), record(ledger), authorise(refusals), vendorTools({ policies, refusals }), residency(() => current.catalog), spending.stage, masking, guard({ policies, refusals }), caching, payloads], log);
    followRetention(ledger, loaded.config, log);
    const operations = new Operations(pipeline, () => current.catalog, (principal, model) => refusals.note({ actor: actorOf(principal), action: 'call.refused', subject: model, reason: 'model' }));
    const { limits, cors, introspection, sockets, tls, trustedProxies } = loaded.config.server;
    const executor = new GraphQLExecutor({
      ...executable,
      limits: { ...limits, maxDirectives: MAX_DIRECTIVES },
      introspection,
      onRefused: (principal, reason) => access.refusals.note({ actor: actorOf(principal), action: 'field.refused', subject: null, reason }),
      log,
    });
    const documents = new TrustedDocuments(new DocumentStore(dataDir), ({ policy }) => current.config.policies.get(policy)?.trustedDocuments ?? loaded.config.server.trustedDocuments);
    const transport = new Transport({
      host,
      port,
      executor,
      services: { operations, media, ledger, spending },
      authenticator: access.authenticator,
      onRefused: ({ principal, reason }, path) => access.refusals.note({ actor: actorOf(principal), action: 'call.refused', subject: path, reason }),
      corsOrigins: cors.origins,
      trustedProxies,
      maxBodyBytes: limits.maxBodyBytes,
      maxSubscriptionsPerSocket: limits.maxSubscriptionsPerSocket,
      socketLife: { idleMs: sockets.idle, maxAgeMs: sockets.maxAge },
      documents,
      tls,
      open: dev,
      redis,
      sealed,
      metrics,
      tracer: tracing?.tracer ?? null,
      log,
    });
    alerts.start();
    metrics.watch({ targets: () => healthOfAll(current.fleet.models), budgets: () => spending.budgetsOfLate(), redis });
    const parts: Parts = { ledger, redis, tracing, alerts, spending, access, local, media, transport, current, retiring: new Map(), fleetOptions };
    try {
      const address = await transport.start();
      const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      return new Gateway(`${tls === null ? 'http' : 'https'}://${shownHost}:${address.port}`, newAdminKey, parts);
    } catch (error) {
      await closeParts(parts);
      throw error;
    }
  }

  /**
   * Goes over to another config: new calls meet its models, running ones keep theirs until they end. What the server
   * was started with (limits, origins) stays.
   */
  async reload(loaded: LoadedConfig): Promise<void> {
    const { current, fleetOptions, access, ledger } = this.#parts;
    const before = current.fleet;
    const fleet = await buildFleet(loaded.config, fleetOptions, before);
    // Whatever may fail has been done before anything is in force.
    await access.reload(loaded.config, loaded.digest);
    current.fleet = fleet;
    current.catalog = catalogOf(loaded.config, current.fleet);
    current.config = loaded.config;
    followRetention(ledger, loaded.config, fleetOptions.log);
    void ledger.budgets.limitsChanged();
    this.#parts.spending.limitsChanged();
    this.#retire(before.leftBy(current.fleet), before.longestMs);
  }

  /** Tells the audit trail of a config that did not come into force. @param reason without a secret */
  configRefused(reason: string): void {
    this.#parts.access.refusals.note({ actor: 'config', action: 'config.refused', subject: null, reason });
  }

  /** Reads the certificate of `server.tls` again. @throws KanonError when it cannot be used; the old one stays */
  renewCertificate(): void {
    const { transport, access } = this.#parts;
    try {
      transport.renewCertificate();
    } catch (error) {
      access.refusals.note({ actor: 'config', action: 'certificate.refused', subject: null, reason: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  /** Closes providers that the config no longer names, once their last call must have ended. */
  #retire(providers: readonly Provider[], afterMs: number): void {
    const { retiring } = this.#parts;
    for (const provider of providers) {
      const timer = setTimeout(() => {
        retiring.delete(provider);
        void provider.close();
      }, afterMs).unref();
      retiring.set(provider, timer);
    }
  }

  /** Drains and frees everything. */
  close(): Promise<void> {
    return closeParts(this.#parts);
  }
}

interface Parts {
  ledger: Ledger;
  /** Null without REDIS_URL. */
  redis: Redis | null;
  alerts: Alerts;
  spending: Spending;
  tracing: Tracing | null;
  access: Access;
  local: LocalModels;
  media: Media;
  transport: Transport;
  current: { config: Config; fleet: Fleet; catalog: ModelCatalog };
  /** Providers of former configs that calls may still be using, with the timer that closes them. */
  retiring: Map<Provider, NodeJS.Timeout>;
  fleetOptions: FleetOptions;
}

async function closeParts({ transport, current, retiring, media, access, local, ledger, redis, tracing, alerts }: Parts): Promise<void> {
  await transport.close(DRAIN_MS);
  for (const [provider, timer] of retiring) {
    clearTimeout(timer);
    await provider.close();
  }
  await current.fleet.close();
  await alerts.close();
  await media.close();
  await local.close();
  await access.close();
  await ledger.close();
  redis?.close();
  await tracing?.close();
}

function catalogOf(config: Config, fleet: Fleet): ModelCatalog {
  return new ModelCatalog(fleet.models, config.unavailableModels, regionsOf(config));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
