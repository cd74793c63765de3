import type { Ledger } from '../ledger/ledger.ts';
import type { HourSpend } from '../telemetry/alerts/spend.ts';

/** What has been spent by the hour, all instances together. */
export async function spendSince(ledger: Ledger, from: Date): Promise<HourSpend[]> {
  const rows = await ledger.usage({ by: ['HOUR'], from, to: new Date() });
  return rows.map(({ hour, costUsd }) => ({ hour: Date.parse(hour ?? ''), usd: costUsd ?? 0 }));
}
