import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import { decode, encode, type StoredCall } from './stored-call.ts';

/** Milliseconds that a commit may take before the calls are put into the journal as well. */
const COMMIT_MS = 40;
/** Milliseconds between two tries to bring the journal into the database. */
const RETRY_MS = 250;
/** Calls of one commit out of the journal. */
const BATCH = 200;

/** What a database says about a statement itself, and not about its own state: trying again would not help. */
const AT_FAULT = /^(22|23|42|0A)/;

type Write = (instance: string, calls: readonly StoredCall[]) => Promise<void>;

/**
 * Writes calls into a database that may be out of reach. What it does not take in time goes into the journal and is
 * durable with that; it is brought over later, and as a call that is there already is left out, each comes once.
 */
export class CallWriter {
  readonly #write: Write;
  readonly #journal: Journal;
  readonly #notice: (text: string) => void;
  #down: boolean;
  #closed = false;
  #replaying: Promise<void> | null = null;

  /** @param notice is told when the database goes out of reach, and when it is back */
  constructor(write: Write, journal: Journal, notice: (text: string) => void) {
    this.#write = write;
    this.#journal = journal;
    this.#notice = notice;
    this.#down = !journal.isEmpty;
    if (this.#down) this.#replaying = this.#replay();
  }

  /** @throws Error when the calls themselves are at fault, or the journal is full */
  async write(instance: string, calls: readonly StoredCall[]): Promise<void> {
    if (!this.#down) {
      const failure = await this.#inTime(this.#write(instance, calls));
      if (failure === null) return;
      if (isAtFault(failure)) throw failure;
      this.#down = true;
      this.#notice(`The database is out of reach, calls go into the journal: ${failure.message}`);
    }
    this.#journal.append(calls.map((call) => encode(instance, call)));
    this.#replaying ??= this.#replay();
  }

  /** Stops bringing over; what is in the journal is brought over after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#replaying;
  }

  /** Null when it was written in time; else why not. */
  async #inTime(writing: Promise<void>): Promise<Error | null> {
    const late = new AbortController();
    const timeout = sleep(COMMIT_MS, new Error(`no commit within ${COMMIT_MS} ms`), { signal: late.signal }).catch(() => null);
    try {
      return await Promise.race([writing.then(() => null, toError), timeout]);
    } finally {
      late.abort();
    }
  }

  async #replay(): Promise<void> {
    while (!this.#closed && this.#down) {
      const { lines, end } = this.#journal.read();
      const failure = await this.#bringOver(lines).catch(toError);
      if (failure instanceof Error) {
        await sleep(RETRY_MS);
        continue;
      }
      // No turn of the loop between these: nothing is appended that would be dropped.
      this.#journal.drop(end);
      if (this.#journal.isEmpty) {
        this.#down = false;
        this.#notice('The database is back, and has all that was in the journal.');
      }
    }
    this.#replaying = null;
  }

  async #bringOver(lines: readonly string[]): Promise<void> {
    for (let at = 0; at < lines.length && !this.#closed; at += BATCH) {
      const calls = lines.slice(at, at + BATCH).flatMap((line) => decode(line) ?? []);
      for (const instance of new Set(calls.map((call) => call.instance))) {
        const own = calls.filter((call) => call.instance === instance).map(({ call }) => call);
        await this.#writeOver(instance, own);
      }
    }
    if (this.#closed) throw new Error('closed');
  }

  /** One call that the database refuses for good must not hold up the others. */
  async #writeOver(instance: string, calls: readonly StoredCall[]): Promise<void> {
    try {
      await this.#write(instance, calls);
    } catch (error) {
      if (!isAtFault(error)) throw error;
      for (const call of calls) {
        await this.#write(instance, [call]).catch((failure: unknown) => {
          if (!isAtFault(failure)) throw failure;
          this.#notice(`The call ${call.row.id} was refused by the database and is lost: ${toError(failure).message}`);
        });
      }
    }
  }
}

function isAtFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.length === 5 && AT_FAULT.test(error.code);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
