import type { Kysely } from 'kysely';

/** Until when a payload is kept, by the policy of its call. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('call_payloads').addColumn('expires_at', 'bigint').execute();
  await db.schema.createIndex('call_payloads_expiry').on('call_payloads').column('expires_at').execute();
}
