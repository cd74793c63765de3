import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { CallFilter } from '../record.ts';
import type { CallPlace } from '../cursor.ts';
import { insertCalls } from './insert.ts';
import { addToRollups } from './rollup.ts';
import type { CallRow, Tables } from './tables.ts';

/** Adds the calls and their sums in one transaction. A call that is already there is left out of both. */
export async function addCalls(db: Kysely<Tables>, rows: readonly CallRow[]): Promise<void> {
  const distinct = new Map(rows.map((row) => [row.id, row]));
  await db.transaction().execute(async (trx) => {
    const added = await insertCalls(db, trx, [...distinct.values()]);
    await addToRollups(
      trx,
      [...distinct.values()].filter((row) => added.has(row.id)),
    );
  });
}

export async function callsById(db: Kysely<Tables>, ids: readonly string[]): Promise<CallRow[]> {
  return ids.length === 0 ? [] : await db.selectFrom('calls').selectAll().where('id', 'in', ids).execute();
}

/** Calls newest first, after a place; the index of the filter's first column carries order and place. */
export async function listCalls(
  db: Kysely<Tables>,
  filter: CallFilter,
  limit: number,
  after: CallPlace | null,
): Promise<CallRow[]> {
  let query = filtered(db.selectFrom('calls').selectAll(), filter);
  if (after !== null) {
    query = query.where(sql<boolean>`(started_at, id) < (${after.startedAt}, ${after.id})`);
  }
  return await query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

type CallsQueryBuilder = SelectQueryBuilder<Tables, 'calls', CallRow>;

function filtered(query: CallsQueryBuilder, filter: CallFilter): CallsQueryBuilder {
  const { app, user, team, keyId, model, provider, operation, outcome, errorCode, from, to } = filter;
  let result = query;
  if (app !== undefined) result = result.where('app', '=', app);
  if (user !== undefined) result = result.where('user_name', '=', user);
  if (team !== undefined) result = result.where('team', '=', team);
  if (keyId !== undefined) result = result.where('key_id', '=', keyId);
  if (model !== undefined) result = result.where('model', '=', model);
  if (provider !== undefined) result = result.where('provider', '=', provider);
  if (operation !== undefined) result = result.where('operation', '=', operation);
  if (outcome !== undefined) {
    result = result.where('outcome', '=', outcome);
    // Said as well in the words of the partial index, or it is not used.
    if (outcome !== 'OK') result = result.where(sql<boolean>`outcome <> 'OK'`);
  }
  if (errorCode !== undefined) result = result.where('error_code', '=', errorCode).where(sql<boolean>`outcome <> 'OK'`);
  if (from !== undefined) result = result.where('started_at', '>=', from.getTime());
  if (to !== undefined) result = result.where('started_at', '<', to.getTime());
  return result;
}
