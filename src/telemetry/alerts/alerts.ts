import type { AlertRule, AlertsConfig } from '../../config/config.ts';
import type { Log } from '../log.ts';
import type { EndedCall } from '../metrics/metrics.ts';
import type { BreakerChanged, RouteObserver } from '../routing.ts';
import { watchOf, type BudgetReading, type Reading, type Watch } from './watch.ts';
import { Webhook } from './webhook.ts';

export interface AlertsOptions {
  config: AlertsConfig;
  /** How far budgets are used up. */
  budgets: () => Promise<BudgetReading[]>;
  log: Log;
}

/** What is told. */
export interface Alert {
  rule: string;
  kind: AlertRule['kind'];
  /** `firing` once when it begins, `resolved` once when it is over. */
  state: 'firing' | 'resolved';
  subject: string;
  text: string;
  value: number;
  threshold: number;
  at: string;
}

/** A value must fall below this part of its threshold before an alert is over: one that swings around it wakes nobody twice. */
const CALM = 0.8;
/** And stay there for so many looks. */
const CALM_LOOKS = 3;

interface Watched {
  rule: AlertRule;
  watch: Watch;
  /** By subject: for how many looks it has been calm. */
  firing: Map<string, number>;
}

/** Looks at the rules from time to time, and tells webhooks when one begins to hold and when it is over. */
export class Alerts implements RouteObserver {
  readonly #watched: readonly Watched[];
  readonly #webhooks: readonly Webhook[];
  readonly #options: AlertsOptions;
  readonly #timer: NodeJS.Timeout | null;
  #budgets: readonly BudgetReading[] = [];
  #looking: Promise<void> = Promise.resolve();

  constructor(options: AlertsOptions) {
    const { config, log } = options;
    this.#options = options;
    this.#watched = config.rules.map((rule) => ({ rule, watch: watchOf(rule, () => this.#budgets), firing: new Map() }));
    this.#webhooks = config.webhooks.map(({ url, secret }) => new Webhook({ url, secret, log }));
    const look = (): void => {
      this.#looking = this.#look(this.#looking);
    };
    this.#timer = this.#watched.length === 0 ? null : setInterval(look, config.every).unref();
  }

  callEnded(call: EndedCall): void {
    const now = Date.now();
    for (const { watch } of this.#watched) watch.callEnded?.(call, now);
  }

  refused(count: number): void {
    for (const { watch } of this.#watched) watch.refused?.(count, Date.now());
  }

  attemptEnded(): void {}

  failedOver(): void {}

  breakerChanged({ target, state }: BreakerChanged): void {
    // One that is being tried is not well yet.
    for (const { watch } of this.#watched) watch.breakerChanged?.(target, state !== 'CLOSED', Date.now());
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#webhooks.map((webhook) => webhook.close()));
  }

  async #look(before: Promise<void>): Promise<void> {
    await before;
    if (this.#watched.some(({ rule }) => rule.kind === 'budget')) {
      // While they cannot be looked up, they stand as they did.
      this.#budgets = await this.#options.budgets().catch(() => this.#budgets);
    }
    const now = Date.now();
    for (const watched of this.#watched) for (const reading of watched.watch.read(now)) this.#judge(watched, reading);
  }

  #judge({ rule, firing }: Watched, reading: Reading): void {
    const { subject, value, threshold } = reading;
    const calm = firing.get(subject);
    if (calm === undefined) {
      if (value < threshold || value === 0) return;
      firing.set(subject, 0);
      this.#tell(rule, reading, 'firing');
    } else if (value >= threshold * CALM) firing.set(subject, 0);
    else if (calm + 1 < CALM_LOOKS) firing.set(subject, calm + 1);
    else {
      firing.delete(subject);
      this.#tell(rule, reading, 'resolved');
    }
  }

  #tell({ name, kind }: AlertRule, reading: Reading, state: Alert['state']): void {
    const alert: Alert = { rule: name, kind, state, ...reading, at: new Date().toISOString() };
    if (state === 'firing') this.#options.log.warn({ alert }, 'an alert begins');
    else this.#options.log.info({ alert }, 'an alert is over');
    for (const webhook of this.#webhooks) webhook.send(alert);
  }
}
