import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that a look waits for the database. */
const DEADLINE_MS = 5_000;

/** @throws Error when the work fails, or takes too long */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = sleep(DEADLINE_MS, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${DEADLINE_MS} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    // Whichever comes second is of no use any more.
    late.catch(() => undefined);
    work.catch(() => undefined);
    done.abort();
  }
}

/** What is looked up again and again, as it was found last. */
export class LastKnown<T> {
  readonly #ask: () => Promise<T>;
  #value: T;
  #asking: Promise<void> | null = null;

  constructor(first: T, ask: () => Promise<T>) {
    this.#value = first;
    this.#ask = ask;
  }

  get value(): T {
    return this.#value;
  }

  /** Waits no longer than a look may, and asks nothing while an answer is due. Never throws. */
  async renew(): Promise<void> {
    this.#asking ??= this.#find().finally(() => {
      this.#asking = null;
    });
    await inTime(this.#asking).catch(() => undefined);
  }

  async #find(): Promise<void> {
    this.#value = await this.#ask();
  }
}
