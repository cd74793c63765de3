import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Charge } from '../budgets/charge.ts';
import type { CallFilter, CallPayload } from '../record.ts';
import type { CallPlace } from '../cursor.ts';
import { charge, closeReservations } from './budgets.ts';
import { insertCalls } from './insert.ts';
import { addPayloads } from './payloads.ts';
import { addToRollups } from './rollup.ts';
import type { StoredCall } from './stored-call.ts';
import type { CallRow, Tables } from './tables.ts';

/** Ids of one statement. */
const MOST_IDS = 1_000;

/** A call on its way to the store. */
export interface CallEntry {
  row: CallRow;
  /** What it is charged with; null: nothing was reserved, or it is settled another way. */
  charges: Charge[] | null;
  /** In masked form; null: not to be kept. */
  payload: CallPayload | null;
}

/**
 * Adds the calls, their sums and their charges in one transaction. A call that is already there is left out of all.
 * @param instance whose leases pay
 */
export async function addCalls(db: Kysely<Tables>, instance: string, calls: readonly StoredCall[]): Promise<void> {
  const entries = distinct(calls);
  await db.transaction().execute(async (trx) => {
    const ids = await insertCalls(
      db,
      trx,
      entries.map(({ row }) => row),
    );
    const added = entries.filter(({ row }) => ids.has(row.id));
    await addToRollups(
      trx,
      added.map(({ row }) => row),
    );
    await closeReservations(
      trx,
      entries.filter(({ charges }) => charges !== null).map(({ row }) => row.id),
    );
    await charge(
      trx,
      instance,
      added.flatMap(({ charges }) => charges ?? []),
    );
    await addPayloads(
      trx,
      added.flatMap(({ payload }) => payload ?? []),
    );
  });
}

/** Each call once, as it was when it came first. */
export function distinct(calls: readonly StoredCall[]): StoredCall[] {
  const byId = new Map(calls.toReversed().map((call) => [call.row.id, call]));
  return [...byId.values()].reverse();
}

export async function callsById(db: Kysely<Tables>, ids: readonly string[]): Promise<CallRow[]> {
  const found: CallRow[] = [];
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const some = ids.slice(at, at + MOST_IDS);
    found.push(...(await db.selectFrom('calls').selectAll().where('id', 'in', some).execute()));
  }
  return found;
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
