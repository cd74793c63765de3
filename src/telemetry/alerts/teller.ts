import type { AlertRule } from '../../config/config.ts';
import type { Log } from '../log.ts';
import type { AlertAgreement, AlertKey, AlertLook, AlertStep, AlertTask, SeenAlert } from './agreement.ts';
import { inTime } from './in-time.ts';
import type { Webhook } from './webhook.ts';

/** What is told. */
export interface Alert extends AlertStep {
  kind: AlertRule['kind'];
  /** `firing` once when it begins, `resolved` once when it is over. */
  state: 'firing' | 'resolved';
  text: string;
  value: number;
  threshold: number;
  at: string;
}

/** What one look has found. */
export interface Found {
  /** All that hold now. */
  open: readonly Alert[];
  begun: readonly Alert[];
  ended: readonly Alert[];
}

export interface TellerOptions {
  webhooks: readonly Webhook[];
  agreement: AlertAgreement;
  /** Milliseconds after which an instance that says nothing more counts as gone. */
  keepMs: number;
  log: Log;
}

/** Tells webhooks what the instances have agreed that this one is to tell; without an agreement, all that it sees itself. */
export class Teller {
  readonly #options: TellerOptions;
  /** By their names. */
  readonly #telling = new Map<string, { step: AlertStep; done: Promise<void> }>();
  #told: AlertStep[] = [];
  /** The others know all that is known here. */
  #isSettled = false;
  #isReached = true;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** What this instance saw firing before it started anew; null when that cannot be known now. */
  async seenBefore(): Promise<Alert[] | null> {
    try {
      return (await inTime(this.#options.agreement.seenBefore())).map(({ detail }) => alertOf(detail));
    } catch (error) {
      this.#unreached(error);
      return null;
    }
  }

  async settle(found: Found): Promise<void> {
    if (found.begun.length + found.ended.length + this.#told.length > 0) this.#isSettled = false;
    if (this.#isSettled && this.#options.agreement.alone) return;
    const tasks = await this.#agree(found.open);
    if (tasks === null) for (const alert of [...found.begun, ...found.ended]) this.#tell(alert);
    else for (const task of tasks) this.#tell(toldBy(task, found.ended));
  }

  /** Gives up what has not been taken: another instance tells it, or this one when it is started again. @param open all that hold now */
  async close(open: readonly Alert[]): Promise<void> {
    await Promise.all(this.#options.webhooks.map((webhook) => webhook.close()));
    await Promise.all([...this.#telling.values()].map(({ done }) => done));
    if (this.#told.length > 0) await this.#agree(open);
  }

  async #agree(open: readonly Alert[]): Promise<AlertTask[] | null> {
    const told = this.#told;
    const seen = [...new Map(open.map((alert) => [nameOf(alert), seenOf(alert)])).values()];
    const look: AlertLook = { seen, telling: [...this.#telling.values()].map(({ step }) => step), told, keepMs: this.#options.keepMs };
    try {
      const tasks = await inTime(this.#options.agreement.agree(look));
      this.#told = this.#told.filter((step) => !told.includes(step));
      this.#isSettled = true;
      this.#isReached = true;
      return tasks;
    } catch (error) {
      this.#unreached(error);
      return null;
    }
  }

  #unreached(error: unknown): void {
    if (this.#isReached) this.#options.log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the instances cannot agree on alerts: this one tells what it sees');
    this.#isReached = false;
    this.#isSettled = false;
  }

  #tell(alert: Alert): void {
    const step: AlertStep = { rule: alert.rule, subject: alert.subject, state: alert.state };
    const name = `${alert.state} ${nameOf(alert)}`;
    this.#telling.set(name, { step, done: this.#deliver(name, step, alert) });
  }

  async #deliver(name: string, step: AlertStep, alert: Alert): Promise<void> {
    const taken = await Promise.all(this.#options.webhooks.map((webhook) => webhook.send(alert)));
    if (this.#telling.get(name)?.step === step) this.#telling.delete(name);
    if (taken.every(Boolean)) this.#told.push(step);
  }
}

/** What is over is told as it was seen last, where this instance has seen it. */
function toldBy(task: AlertTask, ended: readonly Alert[]): Alert {
  if (task.state === 'firing') return alertOf(task.detail);
  return ended.find((alert) => nameOf(alert) === nameOf(task)) ?? { ...alertOf(task.detail), state: 'resolved', at: new Date().toISOString() };
}

function seenOf(alert: Alert): SeenAlert {
  return { rule: alert.rule, subject: alert.subject, detail: JSON.stringify(alert) };
}

/** Written by `seenOf`. */
function alertOf(detail: string): Alert {
  return JSON.parse(detail) as Alert;
}

function nameOf({ rule, subject }: AlertKey): string {
  return `${rule} ${subject}`;
}
