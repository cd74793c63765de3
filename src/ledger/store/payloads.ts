import type { Kysely } from 'kysely';
import type { CallPayload, SaidTexts } from '../record.ts';
import type { DataKey, DataKeys } from './data-keys.ts';
import { sealPicture } from './pictures.ts';
import { seal, unseal } from './seal.ts';
import type { CallPayloadRow, CallPictureRow, DataKeyRow, Tables } from './tables.ts';

/** A payload that can be stored, and the row of its key where that is new. */
export interface SealedPayload {
  row: CallPayloadRow;
  pictures: CallPictureRow[];
  dataKey: DataKeyRow | null;
}

/** Columns of texts. Each is bound to its name and its call. */
type TextColumn = 'prompt' | 'answer' | 'original_prompt' | 'original_answer';

export function sealPayload(key: DataKey, call: { id: string; started_at: number }, payload: CallPayload): SealedPayload {
  const { prompt, answer, original, keepMs, pictures = [] } = payload;
  const sealed = (column: TextColumn, text: string): Uint8Array => seal(key.key, placeOf(call.id, column), text);
  const row: CallPayloadRow = {
    call_id: call.id,
    started_at: call.started_at,
    expires_at: keepMs === undefined ? null : call.started_at + keepMs,
    data_key: key.id,
    prompt: sealed('prompt', prompt),
    answer: sealed('answer', answer),
    original_prompt: original === undefined ? null : sealed('original_prompt', original.prompt),
    original_answer: original === undefined ? null : sealed('original_answer', original.answer),
  };
  return { row, pictures: pictures.map((picture, place) => sealPicture(key.key, call.id, place, picture)), dataKey: key.row };
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
  // One by one: several of them in a statement would be copied together once more.
  for (const picture of payloads.flatMap(({ pictures }) => pictures)) await trx.insertInto('call_pictures').values(picture).execute();
}

/** Null where nothing is kept, or it cannot be opened with the secrets that are given. */
export async function readPayload(db: Kysely<Tables>, keys: DataKeys, id: string): Promise<CallPayload | null> {
  const row = await keptPayloads(db, id).select(['data_key', 'prompt', 'answer']).executeTakeFirst();
  const key = row === undefined ? null : await keys.find(db, row.data_key);
  if (row === undefined || key === null) return null;
  return { prompt: opened(key, id, 'prompt', row.prompt), answer: opened(key, id, 'answer', row.answer) };
}

/** What was said with its private values; null where that is not kept, or cannot be opened. */
export async function readOriginal(db: Kysely<Tables>, keys: DataKeys, id: string): Promise<SaidTexts | null> {
  const row = await keptPayloads(db, id).select(['data_key', 'original_prompt', 'original_answer']).executeTakeFirst();
  if (row === undefined || row.original_prompt === null || row.original_answer === null) return null;
  const key = await keys.find(db, row.data_key);
  if (key === null) return null;
  return { prompt: opened(key, id, 'original_prompt', row.original_prompt), answer: opened(key, id, 'original_answer', row.original_answer) };
}

/** The payload of a call, unless its time is over. */
function keptPayloads(db: Kysely<Tables>, id: string) {
  return db.selectFrom('call_payloads').where('call_id', '=', id).where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>=', Date.now())]));
}

function placeOf(id: string, column: TextColumn): string {
  return `call_payloads/${column}/${id}`;
}

function opened(key: Uint8Array, id: string, column: TextColumn, sealed: Uint8Array): string {
  return unseal(key, placeOf(id, column), sealed).toString();
}
