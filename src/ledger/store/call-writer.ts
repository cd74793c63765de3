import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import { decode, encode, type StoredCall, withoutPictures } from './stored-call.ts';

/** Milliseconds that a commit may take before the calls are put into the journal as well. */
const COMMIT_MS = 40;
/** Milliseconds without any commit after which the database counts as out of reach. */
const LATE_MS = 3_000;
/** Milliseconds that a report waits for late commits. */
const REPORT_MS = 1_000;
/** Late commits at a time; what comes then goes into the journal alone. */
const MOST_LATE = 2;
/** Bytes that the journal may lag behind a database that is only slow: from there on calls wait for it. */
const SLACK_BYTES = 32 * 1024 * 1024;
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
  #down = false;
  /** Commits that are late and may still succeed. */
  readonly #late = new Set<Promise<void>>();
  /** When the last commit succeeded. */
  #progressAt = performance.now();
  #closed = false;
  #replaying: Promise<void> | null = null;

  /** @param notice is told when the database goes out of reach, and when it is back */
  constructor(write: Write, journal: Journal, notice: (text: string) => void) {
    this.#write = write;
    this.#journal = journal;
    this.#notice = notice;
    if (!journal.isEmpty) this.#replaying = this.#replay();
  }

  /** @throws Error when the calls themselves are at fault, or the journal is full */
  async write(instance: string, calls: readonly StoredCall[]): Promise<void> {
    const keep = (): void => this.#keep(instance, calls);
    if (this.#down) {
      keep();
      return;
    }
    while (!this.#down && this.#late.size >= MOST_LATE && this.#journal.backlog > SLACK_BYTES) await Promise.race(this.#late);
    if (this.#down || this.#late.size >= MOST_LATE) {
      keep();
      this.#replaying ??= this.#replay();
      return;
    }
    const writing = this.#write(instance, calls);
    const outcome = await this.#within(COMMIT_MS, writing);
    if (outcome === 'written') return;
    if (isAtFault(outcome)) throw outcome;
    keep();
    if (outcome === 'late') this.#watch(writing);
    else this.#outOfReach(outcome);
  }

  /** Waits until what was written is in the database, or it is out of reach, or a second is over. @returns whether it is there */
  async caughtUp(): Promise<boolean> {
    if (!this.#down) await this.#atMost(REPORT_MS, Promise.all([...this.#late, this.#replaying]));
    return !this.#down && this.#late.size === 0 && this.#journal.isEmpty;
  }

  /** Stops bringing over; what is in the journal is brought over after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#replaying;
  }

  /** Pictures are large: long before they have filled the journal it has room for calls alone. */
  #keep(instance: string, calls: readonly StoredCall[]): void {
    const spared = this.#journal.isHalfFull ? calls.map(withoutPictures) : calls;
    this.#journal.append(spared.map((call) => encode(instance, call)));
  }

  async #atMost(ms: number, work: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    await Promise.race([work, sleep(ms, undefined, { signal: done.signal }).catch(() => undefined)]);
    done.abort();
  }

  async #within(ms: number, writing: Promise<void>): Promise<'written' | 'late' | Error> {
    const done = new AbortController();
    const late = sleep(ms, 'late' as const, { signal: done.signal }).catch(() => 'late' as const);
    const written = writing.then(() => {
      this.#progressAt = performance.now();
      return 'written' as const;
    }, toError);
    const outcome = await Promise.race([written, late]);
    done.abort();
    return outcome;
  }

  #watch(writing: Promise<void>): void {
    const watched = this.#lateCommit(writing).finally(() => this.#late.delete(watched));
    this.#late.add(watched);
  }

  /** A commit that is only late needs no bringing over: what the journal has of it is dropped when it is done. */
  async #lateCommit(writing: Promise<void>): Promise<void> {
    let outcome: 'written' | 'late' | Error;
    do outcome = await this.#within(LATE_MS, writing);
    while (outcome === 'late' && performance.now() - this.#progressAt < LATE_MS);
    if (outcome === 'late') this.#outOfReach(new Error(`no commit within ${LATE_MS} ms`));
    else if (outcome !== 'written') this.#outOfReach(outcome);
    else if (!this.#down && this.#replaying === null && this.#late.size === 1) this.#journal.clear();
  }

  #outOfReach(reason: Error): void {
    if (!this.#down) this.#notice(`The database is out of reach, calls go into the journal: ${reason.message}`);
    this.#down = true;
    this.#replaying ??= this.#replay();
  }

  /** New calls go to the database again with the first success, beside what is still brought over. */
  async #replay(): Promise<void> {
    while (!this.#closed && !this.#journal.isEmpty) {
      const { lines, next } = this.#journal.read();
      const failure = await this.#bringOver(lines).catch(toError);
      if (failure instanceof Error) {
        this.#down = true;
        await sleep(RETRY_MS);
        continue;
      }
      this.#journal.advance(next);
      if (this.#down) this.#notice('The database is back; what is in the journal is brought over.');
      this.#down = false;
    }
    this.#replaying = null;
  }

  async #bringOver(lines: readonly string[]): Promise<void> {
    for (let at = 0; at < lines.length && !this.#closed; at += BATCH) {
      const calls = lines.slice(at, at + BATCH).flatMap((line) => decode(line) ?? []);
      for (const instance of new Set(calls.map((call) => call.instance))) {
        const own = calls.filter((call) => call.instance === instance).map(({ call }) => call);
        await this.#writeOver(instance, own);
        this.#progressAt = performance.now();
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
