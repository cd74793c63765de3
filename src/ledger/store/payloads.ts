import type { Kysely } from 'kysely';
import type { CallPayload } from '../record.ts';
import type { DataKey, DataKeys } from './data-keys.ts';
import { seal, unseal } from './seal.ts';
import type { CallPayloadRow, DataKeyRow, Tables } from './tables.ts';

/** A payload that can be stored, and the row of its key where that is new. */
export interface SealedPayload {
  row: CallPayloadRow;
  dataKey: DataKeyRow | null;
}

export function sealPayload(key: DataKey, call: { id: string; started_at: number }, payload: CallPayload): SealedPayload {
  const row: CallPayloadRow = {
    call_id: call.id,
    started_at: call.started_at,
    expires_at: payload.keepMs === undefined ? null : call.started_at + payload.keepMs,
    data_key: key.id,
    prompt: seal(key.key, `call_payloads/prompt/${call.id}`, payload.prompt),
    answer: seal(key.key, `call_payloads/answer/${call.id}`, payload.answer),
  };
  return { row, dataKey: key.row };
}

/** Belongs into the transaction that adds the calls. */
export async function addPayloads(trx: Kysely<Tables>, payloads: readonly SealedPayload[]): Promise<void> {
  if (payloads.length === 0) return;
  const keys = new Map(payloads.flatMap(({ dataKey }) => (dataKey === null ? [] : [[dataKey.id, dataKey]])));
  if (keys.size > 0) {
    await trx
      .insertInto('data_keys')
      .values([...keys.values()])
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  for (let at = 0; at < payloads.length; at += 100) {
    const rows = payloads.slice(at, at + 100).map(({ row }) => row);
    await trx.insertInto('call_payloads').values(rows).execute();
  }
}

/** Null where nothing is kept, or it cannot be opened with the secrets that are given. */
export async function readPayload(db: Kysely<Tables>, keys: DataKeys, id: string): Promise<CallPayload | null> {
  const row = await db.selectFrom('call_payloads').selectAll().where('call_id', '=', id).executeTakeFirst();
  if (row === undefined || (row.expires_at !== null && row.expires_at < Date.now())) return null;
  const key = await keys.find(db, row.data_key);
  if (key === null) return null;
  const open = (column: 'prompt' | 'answer'): string => unseal(key, `call_payloads/${column}/${id}`, row[column]).toString();
  return { prompt: open('prompt'), answer: open('answer') };
}
