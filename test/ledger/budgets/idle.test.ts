import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { uuidv7 } from '../../../src/canonical/ids.ts';
import { type BudgetLimit, openLedger } from '../../../src/ledger/ledger.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { aCall } from '../calls.ts';
import { makePlace } from '../engines.ts';

const USERS = 20;

test('what was leased for users who are gone leaves no rows behind, which would be renewed for ever', async () => {
  const place = await makePlace('postgres');
  const ledger = await openLedger({ dataDir: place.dataDir, databaseUrl: place.databaseUrl, log: createLog('silent') });
  const other = new Client({ connectionString: place.databaseUrl });
  await other.connect();
  try {
    const use = { usd: 0.01, tokens: 10, requests: 1 };
    const limits = Array.from({ length: USERS }, (_, user): BudgetLimit => ({ scope: { kind: 'USER', id: `user-${user}` }, unit: 'REQUESTS', amount: 100, per: 'MONTH', window: 'CALENDAR' }));
    const reservations = await ledger.budgets.reserve(limits.map((limit) => ({ callId: uuidv7(), limits: [limit], estimate: use })));
    expect((await other.query('select * from budget_leases')).rows).toHaveLength(USERS);
    for (const reservation of reservations) {
      ledger.budgets.settle(reservation, use);
      await ledger.record(aCall({ id: reservation.callId }));
    }
    await vi.waitFor(async () => expect((await other.query('select * from budget_leases')).rows).toEqual([]), { timeout: 15_000, interval: 100 });
    expect((await ledger.budgets.status(limits)).map(({ spent }) => spent)).toEqual(limits.map(() => 1));
  } finally {
    await other.end();
    await ledger.close();
    await place.remove();
  }
});
