import { AbortedError } from '../canonical/errors.ts';
import { untilAborted } from './gate.ts';

interface Entry<T> {
  work: Promise<T>;
  controller: AbortController;
  waiting: number;
  settled: boolean;
}

/**
 * Keeps the results of the last few keys. Callers who ask for the same key at once share one piece of work, which is
 * aborted only when all of them have gone. Failures are not kept.
 */
export class Memo<T> {
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  async get(key: string, signal: AbortSignal, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) throw new AbortedError(signal.reason);
    const entry = this.#entries.get(key) ?? this.#start(key, job);
    entry.waiting += 1;
    try {
      return await untilAborted(entry.work, signal);
    } finally {
      entry.waiting -= 1;
      if (entry.waiting === 0 && !entry.settled) {
        this.#forget(key, entry);
        entry.controller.abort(signal.reason);
      }
    }
  }

  #start(key: string, job: (signal: AbortSignal) => Promise<T>): Entry<T> {
    const controller = new AbortController();
    const work = job(controller.signal);
    const entry: Entry<T> = { work, controller, waiting: 0, settled: false };
    void this.#settle(key, entry);
    this.#entries.set(key, entry);
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > this.#maxEntries && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }

  async #settle(key: string, entry: Entry<T>): Promise<void> {
    try {
      await entry.work;
    } catch {
      this.#forget(key, entry);
    } finally {
      entry.settled = true;
    }
  }

  #forget(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
