import type { JsonObject } from '../canonical/chat.ts';
import { uuidv7 } from '../canonical/ids.ts';
import type { AuditRow } from './store/tables.ts';

/** Something that was done to the gateway, and by whom. Holds no secret and nothing of a request. */
export interface AuditEntry {
  /** `key:<id>`, `cli`, `start`. */
  actor: string;
  /** `key.create`, `key.revoke`, `config.reload`. */
  action: string;
  /** The id of what it was done to. */
  subject: string | null;
  detail: JsonObject;
}

export interface AuditRecord extends AuditEntry {
  id: string;
  at: Date;
}

export function toAuditRow(entry: AuditEntry): AuditRow {
  return { ...entry, id: uuidv7(), at: Date.now(), detail: JSON.stringify(entry.detail) };
}

export function toAuditRecord(row: AuditRow): AuditRecord {
  // Written by `toAuditRow`.
  return { ...row, at: new Date(row.at), detail: JSON.parse(row.detail) as JsonObject };
}
