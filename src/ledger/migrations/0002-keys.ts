import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** API keys, the audit trail, and the versions by which other processes see a change. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('prefix', 'text', (c) => c.notNull())
    .addColumn('hmac', 'text', (c) => c.notNull().unique())
    .addColumn('pepper', 'text', (c) => c.notNull())
    .addColumn('app', 'text', (c) => c.notNull())
    .addColumn('user_name', 'text')
    .addColumn('team', 'text')
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('models', 'text')
    .addColumn('networks', 'text')
    .addColumn('policy', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .execute();
  await db.schema
    .createTable('audit')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('subject', 'text')
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('versions')
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into versions (name, version) values ('keys', 0)`.execute(db);
  await appendOnly(db);
}

/** The database itself refuses to change what the trail says. */
async function appendOnly(db: Kysely<unknown>): Promise<void> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) {
    await sql`create function audit_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'the audit trail is append only'; end $$`.execute(db);
    await sql`create trigger audit_append_only before update or delete or truncate on audit
      for each statement execute function audit_is_append_only()`.execute(db);
    return;
  }
  for (const event of ['update', 'delete']) {
    await sql`create trigger ${sql.raw(`audit_no_${event}`)} before ${sql.raw(event)} on audit
      begin select raise(abort, 'the audit trail is append only'); end`.execute(db);
  }
}
