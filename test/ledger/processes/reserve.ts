/** Reserves for two calls, settles and records one of them, and waits to be killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '../../../src/canonical/ids.ts';
import { type BudgetLimit, openLedger } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { aCall } from '../calls.ts';

const [, , dataDir = '', databaseUrl = ''] = process.argv;
const ledger = await openLedger({ dataDir, databaseUrl: databaseUrl === '' ? undefined : databaseUrl, log: createLog('silent') });
const app: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'USD', amount: 1, per: 'MONTH', window: 'CALENDAR' };
const estimate = { usd: 0.3, tokens: 100, requests: 1 };
const [first] = await ledger.budgets.reserve([1, 2].map(() => ({ callId: uuidv7(), limits: [app], estimate })));
if (first === undefined) throw new Error('nothing was reserved');
ledger.budgets.settle(first, { ...estimate, usd: 0.1 });
await ledger.record(aCall({ id: first.callId }));
// Reservations are written down a moment after they were made.
await sleep(300);
process.send?.('reserved');
