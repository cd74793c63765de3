import { type CreateTableBuilder, type Kysely, sql } from 'kysely';

const SUMS = [
  'calls',
  'errors',
  'aborted',
  'input',
  'output',
  'cached_input',
  'cache_write',
  'reasoning',
  'cost_nano',
  'unknown_cost',
  'estimated',
];

/** Calls, and their sums by the hour. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('calls')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('duration_ms', 'double precision', (c) => c.notNull())
    .addColumn('first_token_ms', 'double precision')
    .addColumn('operation', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('provider', 'text')
    .addColumn('target_model', 'text')
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('error_code', 'text')
    .addColumn('cached', 'integer', (c) => c.notNull())
    .addColumn('streamed', 'integer', (c) => c.notNull())
    .addColumn('key_id', 'text')
    .addColumn('app', 'text')
    .addColumn('user_name', 'text')
    .addColumn('team', 'text')
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('input', 'bigint', (c) => c.notNull())
    .addColumn('output', 'bigint', (c) => c.notNull())
    .addColumn('cached_input', 'bigint', (c) => c.notNull())
    .addColumn('cache_write', 'bigint', (c) => c.notNull())
    .addColumn('reasoning', 'bigint', (c) => c.notNull())
    .addColumn('usage_reported', 'integer', (c) => c.notNull())
    .addColumn('cost_nano', 'bigint')
    .addColumn('price', 'text')
    .addColumn('attempts', 'text', (c) => c.notNull())
    .addColumn('masked', 'text', (c) => c.notNull())
    .addColumn('warnings', 'text', (c) => c.notNull())
    .addColumn('metadata', 'text')
    .execute();
  await db.schema.createIndex('calls_newest').on('calls').columns(['started_at', 'id']).execute();
  for (const column of ['app', 'user_name', 'team', 'key_id', 'model']) {
    await db.schema.createIndex(`calls_by_${column}`).on('calls').columns([column, 'started_at', 'id']).execute();
  }
  await db.schema
    .createIndex('calls_not_ok')
    .on('calls')
    .columns(['outcome', 'started_at', 'id'])
    .where(sql.ref('outcome'), '<>', sql.lit('OK'))
    .execute();

  await rollup(db, 'usage_by_hour', ['hour', 'app', 'team', 'model', 'provider', 'operation']);
  await rollup(db, 'usage_by_hour_and_user', ['hour', 'app', 'team', 'model', 'provider', 'operation', 'user_name', 'key_id']);
}

async function rollup(db: Kysely<unknown>, name: string, dimensions: string[]): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const dimension of dimensions) {
    table = table.addColumn(dimension, dimension === 'hour' ? 'integer' : 'text', (c) => c.notNull());
  }
  for (const sum of SUMS) table = table.addColumn(sum, 'bigint', (c) => c.notNull());
  await table.addPrimaryKeyConstraint(`${name}_pk`, dimensions).execute();
}
