import { type Kysely, sql } from 'kysely';
import type { AuditRow, KeyRow, Tables } from './tables.ts';

/**
 * `new`: a key like any other. `first`: only where there is no key at all, so that of several instances that start
 * at once one makes the first key. `replace`: in the place of the key of the same id.
 */
export type InsertKeyMode = 'new' | 'first' | 'replace';

/** Changes with every change of a key, whichever process made it. */
export async function keysVersion(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom('versions').select('version').where('name', '=', 'keys').executeTakeFirst();
  return row?.version ?? 0;
}

/** Adds a key and tells the audit trail. False when the mode forbids it, or the key is there already as it is. */
export async function insertKey(db: Kysely<Tables>, key: KeyRow, mode: InsertKeyMode, audit: AuditRow): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    // The row of the version is locked until the end: who adds keys, adds them one after the other.
    await changed(trx);
    if (mode === 'first') {
      const any = await trx.selectFrom('api_keys').select('id').limit(1).executeTakeFirst();
      if (any !== undefined) return false;
    }
    if (mode === 'replace') {
      const same = await trx.selectFrom('api_keys').select('id').where('hmac', '=', key.hmac).executeTakeFirst();
      if (same !== undefined) return false;
      await trx.deleteFrom('api_keys').where('id', '=', key.id).execute();
    }
    await trx.insertInto('api_keys').values(key).execute();
    await trx.insertInto('audit').values(audit).execute();
    return true;
  });
}

/** False when there is no such key, or it was revoked before. */
export async function revokeKey(db: Kysely<Tables>, id: string, at: number, audit: AuditRow): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    await changed(trx);
    const { numUpdatedRows } = await trx
      .updateTable('api_keys')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await trx.insertInto('audit').values(audit).execute();
    return true;
  });
}

/** Notes when keys were last used; never turns the time back. No other process needs to be told. */
export async function touchKeys(db: Kysely<Tables>, used: readonly [id: string, at: number][]): Promise<void> {
  if (used.length === 0) return;
  await db.transaction().execute(async (trx) => {
    // In one order, so that instances do not lock each other out.
    for (const [id, at] of used.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      await trx
        .updateTable('api_keys')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
        .execute();
    }
  });
}

/** Puts a key under another pepper: it was shown, so its HMAC could be made anew. */
export async function rehashKey(db: Kysely<Tables>, id: string, hmac: string, pepper: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await changed(trx);
    await trx.updateTable('api_keys').set({ hmac, pepper }).where('id', '=', id).execute();
  });
}

async function changed(trx: Kysely<Tables>): Promise<void> {
  await trx
    .updateTable('versions')
    .set({ version: sql<number>`version + 1` })
    .where('name', '=', 'keys')
    .execute();
}
