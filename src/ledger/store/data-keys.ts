import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { uuidv7 } from '../../canonical/ids.ts';
import { seal, unseal } from './seal.ts';
import type { DataKeyRow, Tables } from './tables.ts';

/** Milliseconds after which an app gets a new key: 30 days. */
const RENEWED_MS = 30 * 24 * 3_600_000;

export interface WrappingKey {
  id: string;
  key: Uint8Array;
}

/** A key of an app, ready to use. */
export interface DataKey {
  id: string;
  key: Uint8Array;
  createdAt: number;
  /** Its row, until it is known to be stored. */
  row: DataKeyRow | null;
}

/** The data keys of the apps: one seals all payloads of an app for a month, and is itself sealed by KANON_SECRET. */
export class DataKeys {
  readonly #wrapping: readonly WrappingKey[];
  readonly #current = new Map<string, DataKey>();
  readonly #byId = new Map<string, Uint8Array>();

  /** @param wrapping the first seals, the others open what was sealed before the secret was replaced */
  constructor(wrapping: readonly WrappingKey[]) {
    this.#wrapping = wrapping;
  }

  /** Loads the newest key of each app, and puts keys under an old secret under the new one. */
  async load(db: Kysely<Tables>): Promise<void> {
    const [first] = this.#wrapping;
    if (first === undefined) return;
    const rows = await db.selectFrom('data_keys').selectAll().orderBy('created_at').execute();
    for (const row of rows) {
      const key = this.#unwrap(row);
      if (key === null) continue;
      this.#current.set(row.app, { id: row.id, key, createdAt: row.created_at, row: null });
      if (row.wrapping === first.id) continue;
      const { wrapping, wrapped } = wrap(first, row, key);
      await db.updateTable('data_keys').set({ wrapping, wrapped }).where('id', '=', row.id).execute();
    }
  }

  /** The key that seals for an app now. Made without the database, which may be out of reach. */
  keyFor(app: string): DataKey | null {
    const [first] = this.#wrapping;
    if (first === undefined) return null;
    const known = this.#current.get(app);
    const now = Date.now();
    if (known !== undefined && now - known.createdAt < RENEWED_MS) return known;
    const key = randomBytes(32);
    const base = { id: uuidv7(now), app, created_at: now };
    const made: DataKey = { id: base.id, key, createdAt: now, row: { ...base, ...wrap(first, base, key) } };
    this.#current.set(app, made);
    return made;
  }

  /** The key of what was sealed; null where its secret is not given any more. */
  async find(db: Kysely<Tables>, id: string): Promise<Uint8Array | null> {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const row = await db.selectFrom('data_keys').selectAll().where('id', '=', id).executeTakeFirst();
    const key = row === undefined ? null : this.#unwrap(row);
    if (key !== null) this.#byId.set(id, key);
    return key;
  }

  /** The keys are in the database now. */
  stored(ids: readonly string[]): void {
    for (const key of this.#current.values()) if (ids.includes(key.id)) key.row = null;
  }

  #unwrap(row: DataKeyRow): Uint8Array | null {
    const wrapping = this.#wrapping.find(({ id }) => id === row.wrapping);
    return wrapping === undefined ? null : unseal(wrapping.key, placeOf(row), row.wrapped);
  }
}

function wrap(wrapping: WrappingKey, row: { id: string; app: string }, key: Uint8Array): Pick<DataKeyRow, 'wrapping' | 'wrapped'> {
  return { wrapping: wrapping.id, wrapped: seal(wrapping.key, placeOf(row), key) };
}

function placeOf({ id, app }: { id: string; app: string }): string {
  return `data_keys/wrapped/${id}/${app}`;
}
