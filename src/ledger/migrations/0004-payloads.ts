import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** What was said, encrypted, and the keys that it is encrypted with, themselves encrypted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const bytes = db.getExecutor().adapter instanceof PostgresAdapter ? sql`bytea` : sql`blob`;
  await db.schema
    .createTable('data_keys')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('app', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('wrapping', 'text', (c) => c.notNull())
    .addColumn('wrapped', bytes, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('data_keys_by_app').on('data_keys').columns(['app', 'created_at']).execute();
  await db.schema
    .createTable('call_payloads')
    .addColumn('call_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('data_key', 'text', (c) => c.notNull())
    .addColumn('prompt', bytes, (c) => c.notNull())
    .addColumn('answer', bytes, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('call_payloads_oldest').on('call_payloads').column('started_at').execute();
}
