import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreThread } from '../../src/ledger/store/store-thread.ts';
import { makePlace, type Place } from './engines.ts';

let place: Place;
let thread: StoreThread;
const notices: string[] = [];
const workers: Worker[] = [];
const seen = (worker: Worker): number => workers.push(worker);

beforeEach(async () => {
  place = await makePlace('sqlite');
  notices.length = 0;
  workers.length = 0;
  process.on('worker', seen);
  const options = { dataDir: place.dataDir, databaseUrl: null, wrapping: [], role: 'writer', readOnly: false, journal: false } as const;
  thread = new StoreThread(options, (notice) => notices.push(notice));
});

afterEach(async () => {
  process.off('worker', seen);
  await thread.close();
  await place.remove();
});

test('a thread that dies is started anew, and holds the data folder again', async () => {
  await thread.start();
  expect(await thread.ask('keysVersion')).toBe(0);
  await Promise.all(workers.map((worker) => worker.terminate()));
  await vi.waitFor(() => expect(notices).toEqual([expect.stringContaining('has ended')]), { timeout: 20_000 });
  await expect(thread.ask('keysVersion')).rejects.toThrow('in a moment');
  await vi.waitFor(async () => expect(await thread.ask('keysVersion')).toBe(0), { timeout: 20_000, interval: 100 });
});

test('what is asked of a closed thread is refused', async () => {
  await thread.start();
  await thread.close();
  await expect(thread.ask('keysVersion')).rejects.toThrow('closed');
});
