import type { Kysely } from 'kysely';

/** What was used of limits, what instances have leased of them, and the reservations that are open. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // One row a counter, to be locked while something of it is leased.
  await db.schema
    .createTable('budget_counters')
    .addColumn('counter', 'text', (c) => c.primaryKey().notNull())
    .addColumn('leases', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('budget_spend')
    .addColumn('counter', 'text', (c) => c.notNull())
    .addColumn('bucket', 'bigint', (c) => c.notNull())
    .addColumn('spent', 'bigint', (c) => c.notNull())
    .addColumn('forgotten_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('budget_spend_pk', ['counter', 'bucket'])
    .execute();
  await db.schema.createIndex('budget_spend_forgotten').on('budget_spend').column('forgotten_at').execute();
  await db.schema
    .createTable('budget_leases')
    .addColumn('counter', 'text', (c) => c.notNull())
    .addColumn('window_id', 'bigint', (c) => c.notNull())
    .addColumn('instance', 'text', (c) => c.notNull())
    .addColumn('amount', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('budget_leases_pk', ['counter', 'window_id', 'instance'])
    .execute();
  await db.schema.createIndex('budget_leases_by_instance').on('budget_leases').column('instance').execute();
  await db.schema
    .createTable('reservations')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('instance', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('charges', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('reservations_by_instance').on('reservations').column('instance').execute();
}
