import type { Config } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../telemetry/log.ts';

/** Deletes what is older than the config keeps it, now and from time to time; the start does not wait for it. */
export function followRetention(ledger: Ledger, { ledger: { keepCalls } }: Config, log: Log): void {
  const callDays = keepCalls === null ? null : keepCalls / 86_400_000;
  ledger.retain({ callDays, payloadDays: null }).catch((error: unknown) => {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'what is too old could not be deleted');
  });
}
