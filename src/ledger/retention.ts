import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../telemetry/log.ts';
import type { AskStore } from './store/ask.ts';

/** Milliseconds that a step is to take, one transaction: commits of calls wait for it. */
const STEP_MS = 20;
/** Rows of a step: the first, and the fewest and most that are found to take so long. */
const FIRST_ROWS = 50;
const [FEWEST_ROWS, MOST_ROWS] = [20, 1_000];
/** Payloads whose pictures are deleted in one: they may be megabytes each. */
const PICTURES_ROWS = 5;
/** Milliseconds between two steps at least; they take turns with the calls, as long as each step took. */
const LEAST_PAUSE_MS = 5;
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
    await this.#inSteps('deletePictures', Math.max(callsBefore, payloadsBefore), PICTURES_ROWS);
    const payloads = await this.#inSteps('deletePayloads', payloadsBefore);
    const calls = callDays === null ? 0 : await this.#inSteps('deleteCalls', callsBefore);
    if (calls > 0 || payloads > 0) this.#log.info({ calls, payloads }, 'deleted what is older than it may be');
    return { calls, payloads };
  }

  /** @param most rows of one step */
  async #inSteps(method: 'deleteCalls' | 'deletePayloads' | 'deletePictures', before: number, most = MOST_ROWS): Promise<number> {
    let deleted = 0;
    for (let rows = Math.min(FIRST_ROWS, most); !this.#closed; ) {
      const start = performance.now();
      const step = await this.#store.ask(method, before, rows);
      deleted += step;
      if (step < rows) break;
      // A disk that is slow or busy gets fewer rows, so that the calls wait no longer.
      const took = performance.now() - start;
      rows = Math.min(most, Math.max(FEWEST_ROWS, Math.round(rows * Math.min(2, Math.max(0.5, STEP_MS / took)))));
      await sleep(Math.max(LEAST_PAUSE_MS, took));
    }
    return deleted;
  }
}
