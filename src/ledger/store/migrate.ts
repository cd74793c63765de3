import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from '../migrations/index.ts';

/**
 * Brings the schema up to date. One process at a time does it: PostgreSQL by an advisory lock, SQLite by an
 * immediate transaction; the others wait and find nothing left to do.
 * @throws Error when a migration failed (all of this run are rolled back), or when the database is newer than this program
 */
export async function migrate<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('The migration failed.', { cause: error });
}
