import { type Kysely, sql } from 'kysely';

/** Alerts that are open and who tells them, and which instances see them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alerts')
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('told', 'integer', (c) => c.notNull())
    .addColumn('teller', 'text')
    .addColumn('teller_until', 'bigint', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('alerts_pk', ['rule', 'subject'])
    .execute();
  await db.schema
    .createTable('alert_sightings')
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('instance', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('alert_sightings_pk', ['rule', 'subject', 'instance'])
    .execute();
  await sql`insert into versions (name, version) values ('alerts', 0)`.execute(db);
}
