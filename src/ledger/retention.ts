import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../telemetry/log.ts';
import type { AskStore } from './store/ask.ts';

/** Rows deleted in one transaction: commits of calls wait no longer than that takes. */
const BATCH = 200;
/** Payloads whose pictures are deleted in one: they may be megabytes each. */
const PICTURES_BATCH = 5;
/** Milliseconds between two of them. */
const PAUSE_MS = 10;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long things are kept, in days; null: for ever, or as long as a payload says itself. Sums of usage and the audit trail always stay. */
export interface RetentionPolicy {
  callDays: number | null;
  payloadDays: number | null;
}

export interface Deleted {
  calls: number;
  payloads: number;
}

/** Deletes what is older than a policy allows, now and every hour, in small steps. */
export class Retention {
  readonly #store: AskStore;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<Deleted> | null = null;
  #closed = false;

  constructor(store: AskStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Follows a policy from now on, in the place of the one before. Resolves with what was deleted at once. */
  async follow(policy: RetentionPolicy): Promise<Deleted> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#once(policy).catch((error: unknown) => {
        this.#log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'what is too old could not be deleted');
      });
    }, HOUR_MS);
    this.#timer.unref();
    return await this.#once(policy);
  }

  /** Stops after the step under way. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running?.catch(() => null);
  }

  #once(policy: RetentionPolicy): Promise<Deleted> {
    this.#running ??= this.#delete(policy).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #delete({ callDays, payloadDays }: RetentionPolicy): Promise<Deleted> {
    const now = Date.now();
    const callsBefore = callDays === null ? 0 : now - callDays * DAY_MS;
    const payloadsBefore = payloadDays === null ? 0 : now - payloadDays * DAY_MS;
    await this.#inSteps('deletePictures', Math.max(callsBefore, payloadsBefore), PICTURES_BATCH);
    const payloads = await this.#inSteps('deletePayloads', payloadsBefore);
    const calls = callDays === null ? 0 : await this.#inSteps('deleteCalls', callsBefore);
    if (calls > 0 || payloads > 0) this.#log.info({ calls, payloads }, 'deleted what is older than it may be');
    return { calls, payloads };
  }

  async #inSteps(method: 'deleteCalls' | 'deletePayloads' | 'deletePictures', before: number, batch = BATCH): Promise<number> {
    let deleted = 0;
    while (!this.#closed) {
      const step = await this.#store.ask(method, before, batch);
      deleted += step;
      if (step < batch) break;
      await sleep(PAUSE_MS);
    }
    return deleted;
  }
}
