import DataLoader from 'dataloader';
import type { Principal } from '../canonical/call.ts';
import type { Ledger, SaidTexts } from '../ledger/ledger.ts';
import { actorOf } from '../policy/refusals.ts';

/** Most calls whose original texts are read at once. */
const CALLS_AT_ONCE = 100;

/**
 * The original texts of recorded calls, by their ids; null where they are not kept. Who was shown which is written
 * into the audit trail before it is shown: where that fails, nothing is.
 */
export function originalsLoader(ledger: Pick<Ledger, 'original' | 'audit'>, principal: Principal): DataLoader<string, SaidTexts | null> {
  const read = async (ids: readonly string[]): Promise<(SaidTexts | null)[]> => {
    const originals = await Promise.all(ids.map((id) => ledger.original(id)));
    const calls = ids.filter((_, index) => originals[index] != null);
    if (calls.length > 0) await ledger.audit({ actor: actorOf(principal), action: 'originals.shown', subject: null, detail: { calls } });
    return originals;
  };
  return new DataLoader(read, { maxBatchSize: CALLS_AT_ONCE });
}
