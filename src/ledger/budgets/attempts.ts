import type { Log } from '../../telemetry/log.ts';

/** Milliseconds between two words about the same failure. */
const TELL_MS = 10_000;

/** Work behind the scenes that may fail while the store is out of reach, and is told of now and then. */
export class Attempts {
  readonly #log: Log;
  readonly #told = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** @returns whether it succeeded */
  async make(what: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const now = Date.now();
      if (now - (this.#told.get(what) ?? 0) > TELL_MS) {
        this.#told.set(what, now);
        this.#log.warn({ reason: error instanceof Error ? error.message : String(error) }, `could not ${what}`);
      }
      return false;
    }
  }
}
