import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Dialect, Kysely } from 'kysely';
import type { CallPlace } from '../cursor.ts';
import type { CallFilter, CallPayload, KeptPicture, SaidTexts, UsageRow } from '../record.ts';
import type { AlertLook, AlertTask, SeenAlert } from '../../telemetry/alerts/agreement.ts';
import { agreeOnAlerts, alertsSeenBy } from './alerts.ts';
import type { LeasePart, LeaseReply, LeaseRequest, Lessee, Opened, OpenReservation } from '../budgets/charge.ts';
import { budgetStanding, clearAfter, lease, openReservations, renewLeases, settle } from './budgets.ts';
import { CallWriter } from './call-writer.ts';
import { type CallEntry, callsById, listCalls } from './calls.ts';
import { type InsertKeyMode, insertKey, keysVersion, rehashKey, revokeKey, touchKeys } from './keys.ts';
import { migrate } from './migrate.ts';
import { DataKeys, type WrappingKey } from './data-keys.ts';
import { Journal } from './journal.ts';
import { readOriginal, readPayload, sealPayload } from './payloads.ts';
import { listPictures, readPicture } from './pictures.ts';
import { deleteCalls, deletePayloads, deletePictures } from './retention.ts';
import type { Pulse } from './pulse.ts';
import { retrying } from './retry.ts';
import type { StoredCall } from './stored-call.ts';
import type { AuditRow, CallRow, KeyRow, Tables } from './tables.ts';
import { sumUsage, type UsageSelection } from './usage.ts';

export interface StoreOptions {
  /** Folder of the SQLite database. */
  dataDir: string;
  /** `postgres://...`; null: SQLite. */
  databaseUrl: string | null;
  /** A second connection of a process that has another: leaves the schema as it is. */
  readOnly: boolean;
  /** Bridge an outage of PostgreSQL by a journal in the data folder: for the process that holds it. */
  journal: boolean;
  /** Seal the data keys of payloads, the newest first; without any no payload is kept. */
  wrapping: readonly WrappingKey[];
}

/** Bytes of the journal that bridges an outage: some hundred thousand calls. */
const JOURNAL_BYTES = 512 * 1024 * 1024;

/** What the rest of the ledger asks of the database. The one code path over both engines. */
export class Store {
  readonly #db: Kysely<Tables>;
  readonly #add: AddCalls;
  readonly #dataKeys: DataKeys;
  /** Only where the database can be out of reach. */
  readonly #writer: CallWriter | null;
  readonly #pulse: Pulse | null;

  private constructor({ db, add, dataKeys, journal, pulse, notice }: StoreParts) {
    this.#db = db;
    this.#add = add;
    this.#pulse = pulse;
    this.#dataKeys = dataKeys;
    this.#writer = journal === null ? null : new CallWriter((instance, calls) => this.#commit(instance, calls), journal, notice);
  }

  /**
   * Opens the database and brings its schema up to date.
   * @param notice is told what an operator should know
   */
  static async open(options: StoreOptions, notice: (text: string) => void): Promise<Store> {
    const { dialect, add } = await engineOf(options);
    const db = new Kysely<Tables>({ dialect });
    const dataKeys = new DataKeys(options.wrapping);
    try {
      if (!options.readOnly) {
        await migrate(db);
        await dataKeys.load(db);
      }
    } catch (error) {
      await db.destroy();
      throw error;
    }
    const journaled = options.databaseUrl !== null && options.journal;
    const journal = journaled ? new Journal(join(options.dataDir, 'journal'), JOURNAL_BYTES) : null;
    return new Store({ db, add, dataKeys, journal, pulse: await pulseOf(options), notice });
  }

  /** @param opened calls under way that are written down in the same commit; only where the database is of this process alone */
  async addCalls(instance: string, calls: readonly CallEntry[], opened: Opened | null = null): Promise<void> {
    const sealed = calls.map(({ row, charges, payload }): StoredCall => {
      const key = payload === null ? null : this.#dataKeys.keyFor(row.app ?? '');
      return { row, charges, payload: payload === null || key === null ? null : sealPayload(key, row, payload) };
    });
    await (this.#writer === null ? this.#commit(instance, sealed, opened) : this.#writer.write(instance, sealed));
  }

  /** Waits a moment for calls that are late. @returns whether all that were added can be read */
  async caughtUp(): Promise<boolean> {
    return this.#writer === null || (await this.#writer.caughtUp());
  }

  async readPayload(id: string): Promise<CallPayload | null> {
    return await readPayload(this.#db, this.#dataKeys, id);
  }

  async readOriginal(id: string): Promise<SaidTexts | null> {
    return await readOriginal(this.#db, this.#dataKeys, id);
  }

  async listPictures(id: string): Promise<KeptPicture[]> {
    return await listPictures(this.#db, id);
  }

  async readPicture(id: string, place: number): Promise<Uint8Array | null> {
    return await readPicture(this.#db, this.#dataKeys, id, place);
  }

  async deleteCalls(before: number, limit: number): Promise<number> {
    return await retrying(() => deleteCalls(this.#db, before, limit));
  }

  async deletePayloads(before: number, limit: number): Promise<number> {
    return await deletePayloads(this.#db, before, limit);
  }

  async deletePictures(before: number, limit: number): Promise<number> {
    return await deletePictures(this.#db, before, limit);
  }

  async lease(lessee: Lessee, requests: readonly LeaseRequest[]): Promise<LeaseReply[]> {
    return await retrying(() => lease(this.#db, lessee, requests));
  }

  /** Resolves when the database has said that it is there, beside whatever else it does; rejects within a second or two. */
  async pulse(): Promise<void> {
    await this.#pulse?.beat();
  }

  async budgetStanding(counters: readonly Pick<LeaseRequest, 'counter' | 'window' | 'from'>[]): Promise<{ spent: number; leased: number }[]> {
    return await budgetStanding(this.#db, counters);
  }

  async openReservations(lessee: Lessee, reservations: readonly OpenReservation[]): Promise<void> {
    await openReservations(this.#db, lessee, reservations);
  }

  async settle(instance: string, settled: readonly OpenReservation[]): Promise<void> {
    await retrying(() => settle(this.#db, instance, settled));
  }

  async renewLeases(lessee: Lessee, returned: readonly LeasePart[]): Promise<void> {
    await retrying(() => renewLeases(this.#db, lessee, returned));
  }

  async clearAfter(instance: string | null): Promise<OpenReservation[]> {
    return await retrying(() => clearAfter(this.#db, instance));
  }

  async alertsSeenBy(instance: string): Promise<SeenAlert[]> {
    return await alertsSeenBy(this.#db, instance);
  }

  /** A database that is out of reach is known within a second or two. */
  async agreeOnAlerts(instance: string, look: AlertLook): Promise<AlertTask[]> {
    await this.pulse();
    return await retrying(() => agreeOnAlerts(this.#db, instance, look));
  }

  async callsById(ids: readonly string[]): Promise<CallRow[]> {
    return await callsById(this.#db, ids);
  }

  async listCalls(filter: CallFilter, limit: number, after: CallPlace | null): Promise<CallRow[]> {
    return await listCalls(this.#db, filter, limit, after);
  }

  async sumUsage(selection: UsageSelection): Promise<UsageRow[]> {
    return await sumUsage(this.#db, selection);
  }

  async keysVersion(): Promise<number> {
    return await keysVersion(this.#db);
  }

  async listKeys(): Promise<KeyRow[]> {
    return await this.#db.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute();
  }

  async insertKey(key: KeyRow, mode: InsertKeyMode, audit: AuditRow): Promise<boolean> {
    return await insertKey(this.#db, key, mode, audit);
  }

  async revokeKey(id: string, at: number, audit: AuditRow): Promise<boolean> {
    return await revokeKey(this.#db, id, at, audit);
  }

  async touchKeys(used: readonly [id: string, at: number][]): Promise<void> {
    await touchKeys(this.#db, used);
  }

  async rehashKey(id: string, hmac: string, pepper: string): Promise<void> {
    await rehashKey(this.#db, id, hmac, pepper);
  }

  async addAudit(row: AuditRow): Promise<void> {
    await this.#db.insertInto('audit').values(row).execute();
  }

  /** Newest first; ids of version 7 sort by time. */
  async listAudit(limit: number, beforeId: string | null): Promise<AuditRow[]> {
    const query = this.#db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
    return await (beforeId === null ? query : query.where('id', '<', beforeId)).execute();
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    await this.#pulse?.close();
    await this.#db.destroy();
  }

  async #commit(instance: string, calls: readonly StoredCall[], opened: Opened | null = null): Promise<void> {
    await retrying(() => this.#add(this.#db, instance, calls, opened));
    this.#dataKeys.stored(calls.flatMap(({ payload }) => payload?.dataKey?.id ?? []));
  }
}

/** Only where the database can be out of reach, and for who writes. */
async function pulseOf({ databaseUrl, readOnly }: StoreOptions): Promise<Pulse | null> {
  if (databaseUrl === null || readOnly) return null;
  const { Pulse } = await import('./pulse.ts');
  return new Pulse(databaseUrl);
}

/** In one transaction. */
type AddCalls = (db: Kysely<Tables>, instance: string, calls: readonly StoredCall[], opened: Opened | null) => Promise<void>;

interface StoreParts {
  db: Kysely<Tables>;
  add: AddCalls;
  dataKeys: DataKeys;
  journal: Journal | null;
  pulse: Pulse | null;
  notice: (text: string) => void;
}

/** Only the driver that is used is loaded. */
async function engineOf({ dataDir, databaseUrl }: StoreOptions): Promise<{ dialect: Dialect; add: AddCalls }> {
  if (databaseUrl !== null) {
    const [{ openPostgres }, { PostgresCalls }] = await Promise.all([import('./postgres.ts'), import('./postgres-calls.ts')]);
    // A connection that breaks while idle is replaced by the pool; whoever needs one meets the failure itself.
    const { pool, dialect } = openPostgres({ url: databaseUrl, connections: 4, onIdleError: () => undefined });
    const calls = new PostgresCalls(pool);
    return { dialect, add: (kysely, instance, entries) => calls.add(kysely, instance, entries) };
  }
  const [{ openSqlite }, { SqliteCalls }] = await Promise.all([import('./sqlite.ts'), import('./sqlite-calls.ts')]);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { db, dialect } = openSqlite(join(dataDir, 'kanon.db'));
  const calls = new SqliteCalls(db);
  return { dialect, add: (kysely, instance, entries, opened) => kysely.connection().execute((connection) => calls.add(connection, instance, entries, opened)) };
}
