import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../telemetry/log.ts';

/** Fewest characters of a key that the operator gives, without a warning. */
const SHORTEST_KEY = 24;

/**
 * The key that may do everything: the one that the operator gives, else one that the first start makes.
 * @returns the key that was made, to be shown once; null when there is one already
 */
export async function firstKey(ledger: Ledger, given: string | undefined, log: Log): Promise<string | null> {
  const admin = { app: 'admin', scopes: ['*'] };
  if (given !== undefined) {
    if (given.length < SHORTEST_KEY) log.warn(`KANON_ADMIN_KEY is short for a key that may do everything: give it at least ${SHORTEST_KEY} random characters`);
    await ledger.keys.give(given, admin, 'KANON_ADMIN_KEY');
    return null;
  }
  const issued = await ledger.keys.createFirst(admin, 'first start');
  return issued?.key ?? null;
}
