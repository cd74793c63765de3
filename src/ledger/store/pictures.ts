import type { Kysely } from 'kysely';
import type { KeptPicture, SentPicture } from '../record.ts';
import type { DataKeys } from './data-keys.ts';
import { seal, unseal } from './seal.ts';
import type { CallPictureRow, Tables } from './tables.ts';

/** A picture that can be stored. */
export function sealPicture(key: Uint8Array, id: string, place: number, picture: SentPicture): CallPictureRow {
  const { index, mediaType, width, height, size, bytes } = picture;
  return { call_id: id, place, picture: index, media_type: mediaType, width, height, size, bytes: bytes === null ? null : seal(key, placeOf(id, place), bytes) };
}

/** The pictures that a call has sent, without their bytes; none once its payload is not kept any more. */
export async function listPictures(db: Kysely<Tables>, id: string): Promise<KeptPicture[]> {
  const rows = await keptPictures(db, id)
    .select((eb) => ['place', 'picture', 'media_type', 'width', 'height', 'size', eb('bytes', 'is not', null).as('kept')])
    .orderBy('place')
    .execute();
  return rows.map(({ place, picture, media_type, width, height, size, kept }) => ({ place, index: picture, mediaType: media_type, width, height, size, kept: Boolean(kept) }));
}

/** Its bytes; null where they are not kept, or cannot be opened with the secrets that are given. */
export async function readPicture(db: Kysely<Tables>, keys: DataKeys, id: string, place: number): Promise<Uint8Array | null> {
  const row = await keptPictures(db, id).select(['data_key', 'bytes']).where('place', '=', place).executeTakeFirst();
  if (row === undefined || row.bytes === null) return null;
  const key = await keys.find(db, row.data_key);
  return key === null ? null : unseal(key, placeOf(id, place), row.bytes);
}

function keptPictures(db: Kysely<Tables>, id: string) {
  return db
    .selectFrom('call_pictures')
    .innerJoin('call_payloads', 'call_payloads.call_id', 'call_pictures.call_id')
    .where('call_pictures.call_id', '=', id)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>=', Date.now())]));
}

function placeOf(id: string, place: number): string {
  return `call_pictures/bytes/${id}/${place}`;
}
