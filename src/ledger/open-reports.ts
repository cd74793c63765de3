import { KanonError } from '../canonical/errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Ledger } from './ledger.ts';
import { Reports } from './reports.ts';
import { askHere } from './store/ask.ts';

export interface OpenReportsOptions {
  dataDir: string;
  databaseUrl?: string | undefined;
  log: Log;
}

/**
 * Opens the reports alone, for the command line: beside a gateway that is serving the same data folder.
 * @throws KanonError when the database cannot be opened
 */
export async function openReports({ dataDir, databaseUrl, log }: OpenReportsOptions): Promise<Pick<Ledger, 'calls' | 'usage'> & { close: () => Promise<void> }> {
  const { Store } = await import('./store/store.ts');
  const options = { dataDir, databaseUrl: databaseUrl ?? null, readOnly: false, wrapping: [], journal: false };
  const store = await Store.open(options, (notice) => log.info(notice)).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KanonError('INTERNAL', `The ledger cannot be opened: ${reason}`, { cause });
  });
  const reports = new Reports(askHere(store));
  return { calls: (query) => reports.calls(query), usage: (query) => reports.usage(query), close: () => store.close() };
}
