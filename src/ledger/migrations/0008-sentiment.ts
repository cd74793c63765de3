import type { Kysely } from 'kysely';

/** What sentiment calls have answered, beside the payload: who may not read the text may read the score. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('calls').addColumn('sentiment_label', 'text').execute();
  await db.schema.alterTable('calls').addColumn('sentiment_score', 'double precision').execute();
  await db.schema.alterTable('calls').addColumn('sentiment_confidence', 'double precision').execute();
}
