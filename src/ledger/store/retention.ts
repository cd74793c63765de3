import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Deletes at most `limit` of the oldest calls before a time, with their payloads. The sums of usage stay. */
export async function deleteCalls(db: Kysely<Tables>, before: number, limit: number): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const oldest = await trx.selectFrom('calls').select('id').where('started_at', '<', before).orderBy('started_at').limit(limit).execute();
    const ids = oldest.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await trx.deleteFrom('call_payloads').where('call_id', 'in', ids).execute();
    await trx.deleteFrom('calls').where('id', 'in', ids).execute();
    return ids.length;
  });
}

/** Deletes at most `limit` of the payloads that are older than a time, or kept no longer; their calls stay. */
export async function deletePayloads(db: Kysely<Tables>, before: number, limit: number): Promise<number> {
  const oldest = db
    .selectFrom('call_payloads')
    .select('call_id')
    .where((eb) => isOver(eb, before))
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom('call_payloads').where('call_id', 'in', oldest).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes the pictures of at most `limit` of these payloads before them: large rows, so fewer at a time. */
export async function deletePictures(db: Kysely<Tables>, before: number, limit: number): Promise<number> {
  const oldest = db
    .selectFrom('call_payloads')
    .innerJoin('call_pictures', 'call_pictures.call_id', 'call_payloads.call_id')
    .select('call_payloads.call_id')
    .distinct()
    .where((eb) => isOver(eb, before))
    .limit(limit);
  const deleted = await db.deleteFrom('call_pictures').where('call_id', 'in', oldest).returning('call_id').execute();
  return new Set(deleted.map(({ call_id }) => call_id)).size;
}

function isOver(eb: ExpressionBuilder<Tables, 'call_payloads'>, before: number) {
  return eb.or([eb('call_payloads.started_at', '<', before), eb('call_payloads.expires_at', '<', Date.now())]);
}
