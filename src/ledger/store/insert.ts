import type { CompiledQuery, Kysely } from 'kysely';
import type { CallRow, Tables } from './tables.ts';

/** Most rows of one statement: 36 columns each stay below what both engines bind (SQLite 32,766, PostgreSQL 65,535). */
const MOST = 64;

/** Statements by number of rows: powers of two, so that a handful serves every size of batch. */
const compiled = new WeakMap<object, Map<number, CompiledQuery<{ id: string }>>>();

/**
 * Inserts calls that are not yet there. The statement is compiled once a size, as compiling costs more than running.
 * @param root identifies the connection's dialect, by which statements are kept
 * @returns the ids that were new
 */
export async function insertCalls(root: object, db: Kysely<Tables>, rows: readonly CallRow[]): Promise<Set<string>> {
  const added = new Set<string>();
  for (let at = 0; at < rows.length; ) {
    let size = MOST;
    while (size > rows.length - at) size /= 2;
    const chunk = rows.slice(at, at + size);
    at += size;
    const statement = statementFor(root, db, chunk);
    // Compiled from rows of the same shape: the parameters are the values in the order of the keys.
    const parameters = chunk.flatMap((row) => Object.values(row));
    const result = await db.executeQuery<{ id: string }>({ ...statement, parameters });
    for (const { id } of result.rows) added.add(id);
  }
  return added;
}

function statementFor(root: object, db: Kysely<Tables>, rows: CallRow[]): CompiledQuery<{ id: string }> {
  let sizes = compiled.get(root);
  if (sizes === undefined) {
    sizes = new Map();
    compiled.set(root, sizes);
  }
  let statement = sizes.get(rows.length);
  if (statement === undefined) {
    statement = db
      .insertInto('calls')
      .values(rows)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .compile();
    sizes.set(rows.length, statement);
  }
  return statement;
}
