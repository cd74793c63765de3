/** What keeping a picture costs the main thread, and what encrypting it there would: `node bench/ledger/pictures.ts`. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../src/ledger/ledger.ts';
import { seal } from '../../src/ledger/store/seal.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { sampleCall } from './calls.ts';

const ROUNDS = 9;
const CALLS = 10;
const MiB = 1024 * 1024;

const dataDir = mkdtempSync(join(tmpdir(), 'kanon-bench-'));
const ledger = await openLedger({ dataDir, databaseUrl: process.env['DATABASE_URL'], secret: 'a secret only for this benchmark', log: createLog('silent') });
const key = randomBytes(32);

/** Milliseconds of the main thread's CPU a call. */
async function cpu(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  for (let call = 0; call < CALLS; call++) await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000 / CALLS;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

for (const size of [0.3, 1, 4, 8]) {
  const bytes = randomBytes(size * MiB);
  const picture = { index: 0, mediaType: 'image/jpeg', width: 1_568, height: 1_176, size: bytes.length, bytes };
  const record = (pictures: (typeof picture)[]) => () => ledger.record({ ...sampleCall(0, new Date()), payload: { prompt: 'word', answer: 'word', pictures } });
  const rounds: { more: number; sealing: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [plain, kept, sealing] = [await cpu(record([])), await cpu(record([picture])), await cpu(() => seal(key, 'bench', bytes))];
    rounds.push({ more: kept - plain, sealing });
  }
  const [more, sealing] = [median(rounds.map((round) => round.more)), median(rounds.map((round) => round.sealing))];
  console.log(`${size} MiB: ${more.toFixed(2)} ms more than without a picture; encrypting it here would take ${sealing.toFixed(2)} ms`);
}
await ledger.close();
rmSync(dataDir, { recursive: true });
