/**
 * What recording a call costs the main thread: `node bench/ledger/record.ts`, PostgreSQL with DATABASE_URL (a database
 * of its own, which it fills), limits in Redis with REDIS_URL.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '../../src/canonical/ids.ts';
import { type BudgetLimit, type BudgetScope, openLedger } from '../../src/ledger/ledger.ts';
import { openRedis } from '../../src/redis/redis.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { sampleCall } from './calls.ts';

const ROUNDS = 5;
const SECONDS = 3;
const PER_SECOND = 1_000;

const dataDir = mkdtempSync(join(tmpdir(), 'kanon-bench-'));
const log = createLog('silent');
const redisUrl = process.env['REDIS_URL'];
const redis = redisUrl === undefined ? null : await openRedis(redisUrl, log);
const ledger = await openLedger({ dataDir, redis, databaseUrl: process.env['DATABASE_URL'], secret: 'a secret only for this benchmark', log });
const payload = { prompt: 'word '.repeat(600), answer: 'word '.repeat(200) };
const scopes: BudgetScope[] = [
  { kind: 'KEY', id: 'key' },
  { kind: 'APP', id: 'app' },
  { kind: 'USER', id: 'user' },
  { kind: 'TEAM', id: 'team' },
  { kind: 'MODEL', id: 'model' },
];
const limits: BudgetLimit[] = scopes.flatMap((scope): BudgetLimit[] => [
  { scope, unit: 'USD', amount: 1_000_000, per: 'MONTH', window: 'CALENDAR' },
  { scope, unit: 'REQUESTS', amount: 1_000_000, per: 'MINUTE', window: 'SLIDING' },
]);
const use = { usd: 0.01, tokens: 100, requests: 1 };

async function reserved(index: number): Promise<void> {
  const call = sampleCall(index, new Date());
  const [reservation] = await ledger.budgets.reserve([{ callId: call.id, limits, estimate: use }]);
  if (reservation !== undefined) ledger.budgets.settle(reservation, use);
  await ledger.record(call);
}

const CASES: Record<string, (index: number) => unknown> = {
  'nothing, the timer and the sample themselves': (index) => sampleCall(index, new Date()),
  'a record': (index) => ledger.record(sampleCall(index, new Date())),
  'a record with 4 kB of payload': (index) => ledger.record({ ...sampleCall(index, new Date()), payload }),
  'a record with 10 limits reserved and settled': reserved,
};

/** Microseconds of the main thread's CPU a call, at a steady rate; the timer's own work is in it. */
async function measure(work: (index: number) => unknown): Promise<number> {
  const calls: unknown[] = [];
  const before = process.threadCpuUsage();
  const start = performance.now();
  for (let index = 0; index < SECONDS * PER_SECOND; ) {
    const due = Math.min(SECONDS * PER_SECOND, ((performance.now() - start) / 1_000) * PER_SECOND);
    while (index < due) calls.push(work(index++));
    await sleep(1);
  }
  await Promise.all(calls);
  const used = process.threadCpuUsage(before);
  return (used.user + used.system) / calls.length;
}

for (const work of Object.values(CASES)) await measure(work);
let floor = 0;
for (const [name, work] of Object.entries(CASES)) {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(work));
  rounds.sort((a, b) => a - b);
  const median = rounds[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(`${name}: ${(median - floor).toFixed(1)} us of main-thread CPU (rounds ${rounds.map((us) => us.toFixed(1)).join(', ')}, less ${floor.toFixed(1)})`);
  if (floor === 0) floor = median;
}
const shown = (await ledger.keys.create({ app: 'bench', scopes: ['chat'] }, 'bench')).key;
const start = process.threadCpuUsage();
for (let i = 0; i < 20_000; i++) ledger.keys.find(shown);
console.log(`finding a key: ${(process.threadCpuUsage(start).user / 20_000).toFixed(1)} us`);
const began = performance.now();
await ledger.record({ ...sampleCall(0, new Date()), id: uuidv7() });
console.log(`a record that comes alone is durable after ${(performance.now() - began).toFixed(1)} ms`);
await ledger.close();
redis?.close();
rmSync(dataDir, { recursive: true });
