/** Holds two calls under way and has a third one settled, by limits in Redis, and waits to be killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '../../../src/canonical/ids.ts';
import { type BudgetLimit, openLedger } from '../../../src/ledger/ledger.ts';
import { openRedis } from '../../../src/redis/redis.ts';
import { createLog } from '../../../src/telemetry/log.ts';

const [, , dataDir = '', redisUrl = '', limits = '[]'] = process.argv;
const log = createLog('silent');
const ledger = await openLedger({ dataDir, redis: await openRedis(redisUrl, log), log });
const estimate = { usd: null, tokens: 10, requests: 1 };
// Written by the test that forks this.
const given = JSON.parse(limits) as BudgetLimit[];
const [first] = await ledger.budgets.reserve([1, 2, 3].map(() => ({ callId: uuidv7(), limits: given, estimate })));
if (first === undefined) throw new Error('nothing was reserved');
ledger.budgets.settle(first, estimate);
// What is used is told within a second.
await sleep(2_500);
process.send?.('reserved');
