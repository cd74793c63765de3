import { PostgresDialect, type Dialect } from 'kysely';
import { Pool, types } from 'pg';
import { PreparedPool } from './prepared-pool.ts';

/** OID of `int8`, which pg gives as text; ours are below 2^53. */
const INT8 = 20;

export interface PostgresSettings {
  url: string;
  /** Most connections of the pool. */
  connections: number;
  /** Told of a connection that broke while idle; the pool makes a new one. */
  onIdleError: (error: Error) => void;
}

/** A pool of PostgreSQL connections, and Kysely over it. Every wait has a deadline: connecting 2 s, a statement 30 s. */
export function openPostgres(settings: PostgresSettings): { pool: PreparedPool; dialect: Dialect } {
  const pool = new Pool({
    connectionString: settings.url,
    max: settings.connections,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'kanon',
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : types.getTypeParser(oid, format)) },
  });
  pool.on('error', settings.onIdleError);
  // One that breaks between two statements of a transaction is not idle, and would end the process.
  pool.on('connect', (client) => client.on('error', settings.onIdleError));
  const prepared = new PreparedPool(pool);
  return { pool: prepared, dialect: new PostgresDialect({ pool: prepared }) };
}
