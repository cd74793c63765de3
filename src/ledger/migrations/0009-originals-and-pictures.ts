import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** What was said with its private values, and the pictures that were sent, both encrypted. No picture outlives its payload. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const bytes = db.getExecutor().adapter instanceof PostgresAdapter ? sql`bytea` : sql`blob`;
  await db.schema.alterTable('call_payloads').addColumn('original_prompt', bytes).execute();
  await db.schema.alterTable('call_payloads').addColumn('original_answer', bytes).execute();
  await db.schema
    .createTable('call_pictures')
    .addColumn('call_id', 'text', (c) => c.notNull().references('call_payloads.call_id').onDelete('cascade'))
    .addColumn('place', 'integer', (c) => c.notNull())
    .addColumn('picture', 'integer', (c) => c.notNull())
    .addColumn('media_type', 'text', (c) => c.notNull())
    .addColumn('width', 'integer', (c) => c.notNull())
    .addColumn('height', 'integer', (c) => c.notNull())
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('bytes', bytes)
    .addPrimaryKeyConstraint('call_pictures_pk', ['call_id', 'place'])
    .execute();
}
