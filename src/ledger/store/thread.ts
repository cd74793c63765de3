/** The store on a thread of its own: neither SQLite's waiting for the disk nor Kysely's work hold the event loop. */
import { parentPort, workerData } from 'node:worker_threads';
import { invoke } from './ask.ts';
import { settleHeap } from '../../settle-heap.ts';
import { DataFolderLock } from './lock.ts';
import { type StoreReply, type StoreRequest, type ThreadOptions, toPlain } from './messages.ts';
import { Store } from './store.ts';

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');
// Given by StoreThread, which has types for it.
const options = workerData as ThreadOptions;

const reply = (message: StoreReply): void => port.postMessage(message);

try {
  const lock = options.role === 'writer' ? new DataFolderLock(options.dataDir) : null;
  const store = await Store.open(options, (notice) => reply({ notice }));
  port.on('message', (request: StoreRequest) => void answer(store, lock, request));
  reply({ id: 0, value: null });
  settleHeap();
} catch (error) {
  reply({ id: 0, error: toPlain(error) });
}

async function answer(store: Store, lock: DataFolderLock | null, { id, method, args }: StoreRequest): Promise<void> {
  try {
    const value = await invoke(store, method, args);
    if (method === 'close') lock?.release();
    reply({ id, value });
  } catch (error) {
    reply({ id, error: toPlain(error) });
  }
}
