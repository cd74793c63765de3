import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CacheLook, CallMeta } from '../../canonical/call.ts';
import type { RouteObserver } from '../routing.ts';
import { BoundedLabel } from './bounded.ts';
import { Count, Durations, Metric } from './series.ts';

const MOST_MODELS = 200;
const MOST_TARGETS = 200;
const MOST_APPS = 100;
/** Seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

const TOKEN_KINDS = ['input', 'output', 'cachedInput', 'cacheWrite', 'reasoning', 'audioInput', 'audioOutput', 'imageInput'] as const;

/** What gauges show. */
export interface Watched {
  targets: () => readonly { provider: string; targetModel: string; running: number; queued: number }[];
  budgets: () => Promise<readonly { limit: BudgetGauge; spent: number; reserved: number }[]>;
  /** Null where none is shared. */
  redis: { readonly isUp: boolean } | null;
}

interface BudgetGauge {
  scope: { kind: string; id: string };
  unit: string;
  per: string;
  amount: number;
}

/** What is measured of a call when it has ended. */
export interface EndedCall {
  operation: string;
  app: string;
  outcome: 'ok' | 'error' | 'aborted';
  /** The error's code; null when there was none. */
  code: string | null;
  meta: CallMeta;
}

/**
 * What this gateway does, in the text format of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Names and labels are listed in docs/operate.md.
 */
export class Metrics implements RouteObserver {
  readonly #registry = new Registry();
  readonly #model = new BoundedLabel(MOST_MODELS);
  readonly #target = new BoundedLabel(MOST_TARGETS);
  readonly #app = new BoundedLabel(MOST_APPS);
  readonly #own: { text(): string }[] = [];
  readonly #calls = this.#counter('kanon_calls_total', 'Calls that have ended.', ['operation', 'model', 'app', 'outcome', 'code']);
  readonly #tokens = this.#counter('kanon_tokens_total', 'Tokens of calls, by kind.', ['model', 'app', 'kind']);
  readonly #cost = this.#counter('kanon_cost_usd_total', 'Cost of calls whose price is known, in USD.', ['model', 'app']);
  readonly #unpriced = this.#counter('kanon_calls_without_price_total', 'Calls whose cost is not known.', ['model', 'app']);
  readonly #masked = this.#counter('kanon_masked_values_total', 'Values that were masked on their way out, by kind.', ['kind']);
  readonly #cacheLookups = this.#counter('kanon_cache_lookups_total', 'Calls of models whose answers are kept, by what was found.', ['model', 'outcome']);
  readonly #duration = this.#histogram('kanon_call_duration_seconds', 'From the request to the end of the answer.', ['operation', 'model']);
  readonly #firstToken = this.#histogram('kanon_first_token_seconds', 'From the request to the first piece of the answer.', ['model']);
  readonly #attempts = this.#counter('kanon_attempts_total', 'Requests to targets.', ['model', 'target', 'outcome', 'kind']);
  readonly #attemptDuration = this.#histogram('kanon_attempt_duration_seconds', 'Of one request to a target.', ['target']);
  readonly #failovers = this.#counter('kanon_failovers_total', 'Calls that went on from one target to another.', ['model', 'from', 'to', 'kind']);
  readonly #breakerOpen = new Gauge({
    name: 'kanon_breaker_open',
    help: '1 while the breaker of a target is open, 0.5 while it is tried, 0 when it is closed.',
    labelNames: ['target'],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: 'kanon_' });
  }

  /** Where the gauges are read from when somebody collects. */
  watch({ targets, budgets, redis }: Watched): void {
    if (redis !== null) {
      const up = new Gauge({ name: 'kanon_redis_up', help: '1 while the shared Redis answers, 0 while it does not.', registers: [this.#registry], collect: () => {
        up.set(redis.isUp ? 1 : 0);
      } });
    }
    const running = new Gauge({ name: 'kanon_target_running', help: 'Requests that are under way at a target.', labelNames: ['target'], registers: [this.#registry], collect: () => {
      running.reset();
      for (const { provider, targetModel, running: count } of targets()) running.set({ target: this.#target.value(`${provider}/${targetModel}`) }, count);
    } });
    const queued = new Gauge({ name: 'kanon_target_queued', help: 'Calls that wait for a target.', labelNames: ['target'], registers: [this.#registry], collect: () => {
      queued.reset();
      for (const { provider, targetModel, queued: count } of targets()) queued.set({ target: this.#target.value(`${provider}/${targetModel}`) }, count);
    } });
    const used = new Gauge({ name: 'kanon_budget_used_ratio', help: 'Share of a budget that is used or reserved, of those that calls of late were under.', labelNames: ['scope', 'name', 'unit', 'per'], registers: [this.#registry], collect: async () => {
      // Out of reach of the database there is nothing to tell.
      const all = await budgets().catch(() => []);
      used.reset();
      for (const { limit, spent, reserved } of all) used.set({ scope: limit.scope.kind, name: limit.scope.id, unit: limit.unit, per: limit.per }, (spent + reserved) / limit.amount);
    } });
  }

  /** All metrics as they are now. */
  async text(): Promise<string> {
    return `${this.#own.map((metric) => metric.text()).join('\n\n')}\n\n${await this.#registry.metrics()}`;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  callEnded({ operation, app: appName, outcome, code, meta }: EndedCall): void {
    const model = this.#model.value(meta.model);
    const app = this.#app.value(appName);
    this.#calls.of(operation, model, app, outcome, code ?? 'none').add();
    const { usage } = meta;
    for (const kind of TOKEN_KINDS) if (usage[kind] > 0) this.#tokens.of(model, app, kind).add(usage[kind]);
    if (meta.cost.usd === null) this.#unpriced.of(model, app).add();
    else if (meta.cost.usd > 0) this.#cost.of(model, app).add(meta.cost.usd);
    for (const { kind, count } of meta.masked) this.#masked.of(kind).add(count);
    this.#duration.of(operation, model).observe(meta.durationMs / 1_000);
    if (meta.timeToFirstTokenMs !== null) this.#firstToken.of(model).observe(meta.timeToFirstTokenMs / 1_000);
  }

  cacheLookedUp(model: string, outcome: CacheLook['outcome']): void {
    this.#cacheLookups.of(this.#model.value(model), outcome).add();
  }

  attemptEnded({ model, attempt, kind }: Parameters<RouteObserver['attemptEnded']>[0]): void {
    const target = this.#target.value(`${attempt.provider}/${attempt.targetModel}`);
    this.#attempts.of(this.#model.value(model), target, attempt.outcome, kind ?? 'none').add();
    this.#attemptDuration.of(target).observe(attempt.durationMs / 1_000);
  }

  failedOver({ model, from, to, kind }: Parameters<RouteObserver['failedOver']>[0]): void {
    this.#failovers.of(this.#model.value(model), this.#target.value(from), this.#target.value(to), kind).add();
  }

  breakerChanged({ target, state }: Parameters<RouteObserver['breakerChanged']>[0]): void {
    this.#breakerOpen.set({ target: this.#target.value(target) }, { OPEN: 1, HALF_OPEN: 0.5, CLOSED: 0 }[state]);
  }

  #counter<const L extends readonly string[]>(name: string, help: string, labels: L): Metric<L, Count> {
    const metric = new Metric('counter', name, help, labels, () => new Count());
    this.#own.push(metric);
    return metric;
  }

  #histogram<const L extends readonly string[]>(name: string, help: string, labels: L): Metric<L, Durations> {
    const metric = new Metric('histogram', name, help, labels, () => new Durations(DURATIONS));
    this.#own.push(metric);
    return metric;
  }
}
