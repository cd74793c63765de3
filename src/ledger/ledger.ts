import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, KanonError } from '../canonical/errors.ts';
import type { Redis } from '../redis/redis.ts';
import type { AlertAgreement } from '../telemetry/alerts/agreement.ts';
import type { Log } from '../telemetry/log.ts';
import { type AuditEntry, type AuditRecord, toAuditRecord, toAuditRow } from './audit.ts';
import { Batcher } from './batcher.ts';
import { Budgets } from './budgets/budgets.ts';
import type { Opened } from './budgets/charge.ts';
import type { CallPage, CallPayload, CallRecord, CallsQuery, KeptPicture, SaidTexts, UsageQuery, UsageRow } from './record.ts';
import { instanceOf } from './instance.ts';
import { Keys } from './keys/keys.ts';
import { type Deleted, Retention, type RetentionPolicy } from './retention.ts';
import { PAGE, Reports } from './reports.ts';
import { fromRow, toRow } from './rows.ts';
import { loadSecrets } from './secrets.ts';
import { StoreThread } from './store/store-thread.ts';
import type { CallEntry } from './store/calls.ts';
import type { StoreMethod } from './store/messages.ts';
import type { Store } from './store/store.ts';

export interface LedgerOptions {
  /** Folder of the SQLite database, the lock and the journal. One process at a time serves it. */
  dataDir: string;
  /** `postgres://...` puts the ledger there; without it SQLite in `dataDir`. */
  databaseUrl?: string | undefined;
  /** Where limits are shared, closed by its owner; null: in the database. */
  redis?: Redis | null;
  /** KANON_SECRET: at least 16 characters, `new,old` while it is being replaced. */
  secret?: string | undefined;
  log: Log;
}

/** The durable record of all calls. */
export interface Ledger {
  /**
   * Keeps a call. Resolves when it is durable; calls that come together share one commit.
   * @throws KanonError INTERNAL when the store refuses it
   */
  record(call: CallRecord): Promise<void>;
  /** The keys that callers show. */
  readonly keys: Keys;
  /** Limits of use. A settled reservation is charged in one transaction with the record of its call. */
  readonly budgets: Budgets;
  /** Who of the instances on this database tells which alert. */
  readonly alerts: AlertAgreement;
  /** With its payload where that is kept; no list has it. */
  call(id: string): Promise<CallRecord | null>;
  /** What was said in a call, with its private values; null where that is not kept, or is no different. */
  original(id: string): Promise<SaidTexts | null>;
  /** The pictures that a call has sent, without their bytes; none where they are not kept. */
  pictures(id: string): Promise<KeptPicture[]>;
  /** The bytes of one of them, by its `place`; null where they are not kept. */
  picture(id: string, place: number): Promise<Uint8Array | null>;
  /** In the order of the ids; null for one that is not there. For a DataLoader. */
  callsById(ids: readonly string[]): Promise<(CallRecord | null)[]>;
  /** A page, newest first. @throws InputError for a bad cursor or size of page */
  calls(query: CallsQuery): Promise<CallPage>;
  /** Sums of all that ever was recorded, also of calls that retention has deleted. @throws InputError */
  usage(query: UsageQuery): Promise<UsageRow[]>;
  /** Adds to the audit trail; durable when it resolves. */
  audit(entry: AuditEntry): Promise<void>;
  /** Newest first, at most `first`; older than the entry of the id `before`. */
  auditTrail(first: number, before: string | null): Promise<AuditRecord[]>;
  /** Deletes what is older than the policy allows, now and every hour. Resolves with what was deleted at once. */
  retain(policy: RetentionPolicy): Promise<Deleted>;
  /** Writes what is waiting, and frees all that is held. Safe to call twice. */
  close(): Promise<void>;
}

export type * from './record.ts';
export { callCursor } from './cursor.ts';
export type { ApiKey, NewKey } from './keys/api-key.ts';
export type { Deleted, RetentionPolicy } from './retention.ts';
export type { IssuedKey, Keys } from './keys/keys.ts';
export type { Budgets, Reservation, ReserveRequest } from './budgets/budgets.ts';
export type { BudgetStatus } from './budgets/status.ts';
export type { BudgetLimit, BudgetPeriod, BudgetScope, BudgetUnit, BudgetUse } from './budgets/limit.ts';
export { BudgetRefusal } from './budgets/refusal.ts';
export type { AuditEntry, AuditRecord } from './audit.ts';

/** Milliseconds that giving back and noting down may take at the end. */
const GOODBYE_MS = 3_000;

/**
 * Opens the ledger, makes its tables where they are missing, and takes the data folder for this process.
 * @throws KanonError when another process serves the folder, or the database cannot be opened
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const secrets = loadSecrets(options.dataDir, options.secret);
  const store = { dataDir: options.dataDir, databaseUrl: options.databaseUrl ?? null, wrapping: secrets.wrapping };
  const notice = (text: string): void => options.log.warn(text);
  const writer = new StoreThread({ ...store, role: 'writer', readOnly: false, journal: true }, notice);
  await writer.start().catch((cause: unknown) => {
    if (cause instanceof KanonError) throw cause;
    const where = store.databaseUrl === null ? `in ${store.dataDir}` : 'at DATABASE_URL';
    throw new KanonError('INTERNAL', `The ledger ${where} cannot be opened: ${messageOf(cause)}`, { cause });
  });
  const alone = store.databaseUrl === null;
  const redis = options.redis ?? null;
  const instance = alone ? 'alone' : instanceOf(options.dataDir);
  const keys = new Keys(writer, secrets.peppers, options.log);
  const budgets = new Budgets({ store: writer, redis, instance, member: instanceOf(options.dataDir), alone, log: options.log });
  try {
    await Promise.all([keys.load(), budgets.start()]);
  } catch (error) {
    await writer.close();
    throw error;
  }
  keys.watch();
  const reader = new StoreThread({ ...store, role: 'reader', readOnly: true, journal: false }, notice);
  return new ThreadedLedger({ writer, reader, keys, budgets, instance, alone, sealing: secrets.wrapping.length > 0, log: options.log });
}

/** What the ledger is made of. */
interface Rooms {
  writer: StoreThread;
  reader: StoreThread;
  keys: Keys;
  budgets: Budgets;
  instance: string;
  /** The database is of this process alone. */
  alone: boolean;
  sealing: boolean;
  log: Log;
}

/** A long report must not hold up the commits: it is read by a second thread, which starts with the first question. */
class ThreadedLedger implements Ledger {
  readonly keys: Keys;
  readonly budgets: Budgets;
  readonly alerts: AlertAgreement;
  readonly #writer: StoreThread;
  readonly #reader: StoreThread;
  readonly #retention: Retention;
  readonly #reports: Reports;
  readonly #log: Log;
  readonly #calls: Batcher<CallEntry>;
  readonly #alone: boolean;
  /** There is a secret that payloads are encrypted with. */
  readonly #sealing: boolean;
  #toldUnsealed = false;
  #closing: Promise<void> | null = null;

  constructor({ writer, reader, keys, budgets, instance, alone, sealing, log }: Rooms) {
    this.#alone = alone;
    this.#sealing = sealing;
    this.keys = keys;
    this.budgets = budgets;
    this.alerts = {
      alone,
      seenBefore: () => writer.ask('alertsSeenBy', instance),
      agree: (look) => writer.ask('agreeOnAlerts', instance, look),
    };
    this.#writer = writer;
    this.#reader = reader;
    this.#retention = new Retention(writer, log);
    this.#reports = new Reports({ ask: (method, ...args) => this.#read(method, ...args) });
    this.#log = log;
    const add = async (calls: CallEntry[], opened: Opened | null): Promise<void> => {
      if (calls.length > 0 || (opened !== null && opened.reservations.length > 0)) await this.#writer.ask('addCalls', instance, calls, opened);
    };
    // A database of this process alone is written by commits that come one after the other.
    this.#calls = new Batcher((calls) => (alone ? budgets.along((opened) => add(calls, opened)) : add(calls, null)), pictureBytes);
    if (alone) budgets.goAlong(() => this.#calls.hurry());
  }

  async record(call: CallRecord): Promise<void> {
    if (this.#closing !== null) throw new KanonError('INTERNAL', 'The ledger is closed.');
    try {
      await this.#calls.add({ row: toRow(call), charges: this.budgets.takeCharges(call.id), payload: this.#keepable(call) });
    } catch (cause) {
      this.#log.error({ callId: call.id, reason: messageOf(cause) }, 'a call could not be recorded');
      throw new KanonError('INTERNAL', 'The call could not be recorded.', { cause });
    }
  }

  async call(id: string): Promise<CallRecord | null> {
    const [[row], payload] = await Promise.all([this.#read('callsById', [id]), this.#read('readPayload', id)]);
    if (row === undefined) return null;
    return payload === null ? fromRow(row) : { ...fromRow(row), payload };
  }

  original(id: string): Promise<SaidTexts | null> {
    return this.#read('readOriginal', id);
  }

  pictures(id: string): Promise<KeptPicture[]> {
    return this.#read('listPictures', id);
  }

  picture(id: string, place: number): Promise<Uint8Array | null> {
    return this.#read('readPicture', id, place);
  }

  async callsById(ids: readonly string[]): Promise<(CallRecord | null)[]> {
    const rows = await this.#read('callsById', [...new Set(ids)]);
    const found = new Map(rows.map((row) => [row.id, fromRow(row)]));
    return ids.map((id) => found.get(id) ?? null);
  }

  calls(query: CallsQuery): Promise<CallPage> {
    return this.#reports.calls(query);
  }

  usage(query: UsageQuery): Promise<UsageRow[]> {
    return this.#reports.usage(query);
  }

  async audit(entry: AuditEntry): Promise<void> {
    await this.#writer.ask('addAudit', toAuditRow(entry));
  }

  async auditTrail(first: number, before: string | null): Promise<AuditRecord[]> {
    if (!Number.isInteger(first) || first < 1 || first > PAGE) throw new InputError('first', `must be 1 to ${PAGE}.`);
    return (await this.#read('listAudit', first, before)).map(toAuditRecord);
  }

  async retain(policy: RetentionPolicy): Promise<Deleted> {
    return await this.#retention.follow(policy);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #keepable(call: CallRecord): CallPayload | null {
    if (call.payload === undefined || this.#sealing) return call.payload ?? null;
    if (!this.#toldUnsealed) this.#log.warn('prompts and answers are not kept: there is no KANON_SECRET to encrypt them with');
    this.#toldUnsealed = true;
    return null;
  }

  /** A call that is durable is in every report that is asked for after, also while its commit is late. */
  async #read<M extends StoreMethod>(method: M, ...args: Parameters<Store[M]>): Promise<Awaited<ReturnType<Store[M]>>> {
    if (!this.#alone) await this.#writer.ask('caughtUp');
    return await this.#reader.ask(method, ...args);
  }

  async #close(): Promise<void> {
    await Promise.all([this.#calls.flushed(), this.#retention.close()]);
    // A database out of reach must not hold up the end: the next start makes up for what is left.
    await within(GOODBYE_MS, Promise.all([this.keys.close(), this.budgets.close()]));
    await Promise.all([this.#writer.close(), this.#reader.close()]);
  }
}

/** Bytes of the pictures of a call: by far the largest that one can have. */
function pictureBytes({ payload }: CallEntry): number {
  return (payload?.pictures ?? []).reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
}

/** Waits for the work, but no longer than so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  done.abort();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
