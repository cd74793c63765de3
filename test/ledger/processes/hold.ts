/** Serves the data folder of its first argument until it is killed. */
import { openLedger } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';

await openLedger({ dataDir: process.argv[2] ?? '', log: createLog('silent') });
process.send?.('open');
