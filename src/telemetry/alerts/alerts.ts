import type { AlertRule, AlertsConfig } from '../../config/config.ts';
import type { Log } from '../log.ts';
import type { EndedCall } from '../metrics/metrics.ts';
import type { BreakerChanged, RouteObserver } from '../routing.ts';
import type { AlertAgreement } from './agreement.ts';
import { LastKnown } from './in-time.ts';
import type { HourSpend } from './spend.ts';
import { type Alert, Teller } from './teller.ts';
import { watchOf, type BudgetReading, type Reading, type Watch } from './watch.ts';
import { Webhook } from './webhook.ts';

export interface AlertsOptions {
  config: AlertsConfig;
  /** How far budgets are used up. */
  budgets: () => Promise<BudgetReading[]>;
  /** What the hours since a time have cost at all instances. */
  spend: (since: Date) => Promise<HourSpend[]>;
  /** With the other instances; asked from `start` on. */
  agreement: () => AlertAgreement;
  log: Log;
}

/** A value must fall below this part of its threshold before an alert is over: one that swings around it wakes nobody twice. */
const CALM = 0.8;
/** And stay there for so many looks. */
const CALM_LOOKS = 3;
/** Looks that an instance may miss before it counts as gone. */
const MISSED_LOOKS = 3;
/** Milliseconds that it may always be silent. */
const LEAST_SILENCE_MS = 5_000;
const DAY_MS = 86_400_000;

interface Open {
  alert: Alert;
  /** For how many looks it has been calm. */
  calm: number;
  /** It was firing before this process started. */
  resumed: boolean;
  /** When something was read of it last; milliseconds since 1970. */
  readAt: number;
}

interface Watched {
  rule: AlertRule;
  watch: Watch;
  /** By subject. */
  open: Map<string, Open>;
}

/** Looks at the rules from time to time, and sees to it that webhooks are told when one begins to hold and when it is over. */
export class Alerts implements RouteObserver {
  readonly #watched: readonly Watched[];
  readonly #options: AlertsOptions;
  #timer: NodeJS.Timeout | null = null;
  #teller: Teller | null = null;
  readonly #budgets: LastKnown<readonly BudgetReading[]>;
  readonly #spend: LastKnown<readonly HourSpend[]>;
  #looking: Promise<void> = Promise.resolve();
  #hasResumed = false;

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#budgets = new LastKnown([], options.budgets);
    this.#spend = new LastKnown([], () => options.spend(new Date(Date.now() - DAY_MS)));
    const known = { budgets: () => this.#budgets.value, spend: () => this.#spend.value };
    this.#watched = options.config.rules.map((rule) => ({ rule, watch: watchOf(rule, known), open: new Map() }));
  }

  /** Begins to look. Without rules too: what a former config has left open is told as over. */
  start(): void {
    const { config, agreement, log } = this.#options;
    if (config.rules.length + config.webhooks.length === 0) return;
    const webhooks = config.webhooks.map(({ url, secret }) => new Webhook({ url, secret, log }));
    const teller = new Teller({ webhooks, agreement: agreement(), keepMs: Math.max(LEAST_SILENCE_MS, MISSED_LOOKS * config.every), log });
    this.#teller = teller;
    let isLooking = false;
    this.#timer = setInterval(() => {
      // One that is late is not joined by others.
      if (isLooking) return;
      isLooking = true;
      this.#looking = this.#look(teller).finally(() => {
        isLooking = false;
      });
    }, config.every).unref();
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
    await this.#teller?.close(this.#open());
  }

  async #look(teller: Teller): Promise<void> {
    await this.#lookUp();
    if (!this.#hasResumed) await this.#resume(teller);
    const now = Date.now();
    const changes = this.#watched.flatMap((watched) => this.#judge(watched, now));
    const [begun, ended] = [changes.filter(({ state }) => state === 'firing'), changes.filter(({ state }) => state === 'resolved')];
    for (const alert of begun) this.#options.log.warn({ alert }, 'an alert begins');
    for (const alert of ended) this.#options.log.info({ alert }, 'an alert is over');
    await teller.settle({ open: this.#open(), begun, ended });
  }

  /** What cannot be looked up stands as it did. */
  async #lookUp(): Promise<void> {
    const isAsked = (kind: AlertRule['kind']): boolean => this.#watched.some(({ rule }) => rule.kind === kind);
    await Promise.all([isAsked('budget') ? this.#budgets.renew() : null, isAsked('spend') ? this.#spend.renew() : null]);
  }

  /** What was firing before this process started has been told already. */
  async #resume(teller: Teller): Promise<void> {
    const before = await teller.seenBefore();
    if (before === null) return;
    this.#hasResumed = true;
    for (const alert of before) {
      const watched = this.#watched.find(({ rule }) => rule.name === alert.rule && rule.kind === alert.kind);
      if (watched?.open.has(alert.subject) === false) watched.open.set(alert.subject, { alert, calm: 0, resumed: true, readAt: Date.now() });
    }
  }

  #open(): Alert[] {
    return this.#watched.flatMap(({ open }) => [...open.values()].map(({ alert }) => alert));
  }

  /** @returns what begins and what is over */
  #judge({ rule, watch, open }: Watched, now: number): Alert[] {
    const changes: Alert[] = [];
    const readings = new Map(watch.read(now).map((reading) => [reading.subject, reading]));
    for (const [subject, reading] of readings) {
      const { value, threshold } = reading;
      if (open.has(subject) || value < threshold || value === 0) continue;
      const alert = alertOf(rule, reading, 'firing');
      open.set(subject, { alert, calm: 0, resumed: false, readAt: now });
      changes.push(alert);
    }
    for (const [subject, one] of open) {
      const reading = readings.get(subject);
      if (reading !== undefined) one.readAt = now;
      if (reading !== undefined && reading.value >= reading.threshold * CALM) one.calm = 0;
      else if (reading === undefined ? now - one.readAt < watch.forgetMs : one.resumed && !reading.sure) continue;
      else if (++one.calm >= CALM_LOOKS) {
        open.delete(subject);
        changes.push(alertOf(rule, reading ?? one.alert, 'resolved'));
      }
    }
    return changes;
  }
}

function alertOf({ name, kind }: AlertRule, { subject, value, threshold, text }: Pick<Reading, 'subject' | 'value' | 'threshold' | 'text'>, state: Alert['state']): Alert {
  return { rule: name, kind, state, subject, value, threshold, text, at: new Date().toISOString() };
}
