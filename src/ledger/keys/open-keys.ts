import { KanonError } from '../../canonical/errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { toAuditRecord, type AuditRecord } from '../audit.ts';
import { loadSecrets } from '../secrets.ts';
import { askHere } from '../store/ask.ts';
import { Keys } from './keys.ts';

export interface OpenKeysOptions {
  dataDir: string;
  databaseUrl?: string | undefined;
  /** KANON_SECRET. */
  secret?: string | undefined;
  log: Log;
}

export interface OpenedKeys {
  keys: Keys;
  /** Newest first, at most `first`; older than the entry of the id `before`. */
  auditTrail: (first: number, before: string | null) => Promise<AuditRecord[]>;
  close: () => Promise<void>;
}

/**
 * Opens the keys alone, and the audit trail that tells of them, for the command line: beside a gateway that is serving the same data folder, which sees a
 * change within a second. SQLite lets several processes write by turns; the lock of the data folder is not taken.
 * @throws KanonError when the database cannot be opened, or the secret is not that of the keys
 */
export async function openKeys(options: OpenKeysOptions): Promise<OpenedKeys> {
  const secrets = loadSecrets(options.dataDir, options.secret);
  const { Store } = await import('../store/store.ts');
  // Not `readOnly`, as it may be the first to come; but the journal is the gateway's, and no payload is written here.
  const store = await Store.open(
    { dataDir: options.dataDir, databaseUrl: options.databaseUrl ?? null, readOnly: false, wrapping: [], journal: false },
    (notice) => options.log.info(notice),
  ).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KanonError('INTERNAL', `The keys cannot be opened: ${reason}`, { cause });
  });
  const asked = askHere(store);
  const keys = new Keys(asked, secrets.peppers, options.log);
  const auditTrail = async (first: number, before: string | null): Promise<AuditRecord[]> => (await asked.ask('listAudit', first, before)).map(toAuditRecord);
  const close = async (): Promise<void> => {
    await keys.close();
    await store.close();
  };
  try {
    await keys.load();
  } catch (error) {
    await store.close();
    throw error;
  }
  return { keys, auditTrail, close };
}
