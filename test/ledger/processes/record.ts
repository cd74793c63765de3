/** Reserves, settles and records calls as fast as it can, and says on standard output which are durable. */
import { writeSync } from 'node:fs';
import { uuidv7 } from '../../../src/canonical/ids.ts';
import { type BudgetLimit, openLedger } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { aCall } from '../calls.ts';

const [, , dataDir = '', databaseUrl = ''] = process.argv;
const ledger = await openLedger({ dataDir, databaseUrl: databaseUrl === '' ? undefined : databaseUrl, log: createLog('silent') });
const limit: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'USD', amount: 1_000, per: 'MONTH', window: 'CALENDAR' };
const use = { usd: 0.01, tokens: 120, requests: 1 };

async function caller(): Promise<void> {
  for (;;) {
    const id = uuidv7();
    const [reservation] = await ledger.budgets.reserve([{ callId: id, limits: [limit], estimate: { ...use, usd: 0.02 } }]);
    if (reservation !== undefined) ledger.budgets.settle(reservation, use);
    await ledger.record(aCall({ id, startedAt: new Date(), cost: { usd: 0.01, price: null } }));
    writeSync(1, `${id}\n`);
  }
}

writeSync(1, 'open\n');
await Promise.all(Array.from({ length: 20 }, caller));
