import type { Kysely } from 'kysely';

const SUMS = ['usage_by_hour', 'usage_by_hour_and_user', 'usage_by_day_and_user'];
const KINDS = ['audio_input', 'audio_output', 'image_input'];

/** Tokens of sounds and pictures, and the vendor's service tier. Calls of before have none of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['calls', ...SUMS]) {
    for (const kind of KINDS) await db.schema.alterTable(table).addColumn(kind, 'bigint', (c) => c.notNull().defaultTo(0)).execute();
  }
  await db.schema.alterTable('calls').addColumn('service_tier', 'text').execute();
}
