import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { makePlace, type Place } from './engines.ts';

const log = createLog('silent');

describe('a data folder that another process serves', () => {
  let place: Place;
  let holder: ChildProcess;

  beforeEach(async () => {
    place = await makePlace('sqlite');
    holder = fork(new URL('./processes/hold.ts', import.meta.url), [place.dataDir], { execArgv: [] });
    await once(holder, 'message');
  });

  afterEach(async () => {
    holder.kill('SIGKILL');
    await place.remove();
  });

  test('is refused with the id of that process, and free as soon as that is killed', async () => {
    await expect(openLedger({ dataDir: place.dataDir, log })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining(`in use by the process ${holder.pid}`),
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const ledger = await openLedger({ dataDir: place.dataDir, log });
    await ledger.close();
  });
});

test('a data folder can be opened again after it was closed, and not twice at once', async () => {
  const place = await makePlace('sqlite');
  const ledger = await openLedger({ dataDir: place.dataDir, log });
  await expect(openLedger({ dataDir: place.dataDir, log })).rejects.toThrow(`process ${process.pid}`);
  await ledger.close();
  const again = await openLedger({ dataDir: place.dataDir, log });
  await again.close();
  await place.remove();
});

test('a database that cannot be reached is an error that says so and holds no password', async () => {
  const place = await makePlace('sqlite');
  const databaseUrl = 'postgres://user:secret@127.0.0.1:1/none';
  const refused = openLedger({ dataDir: place.dataDir, databaseUrl, log });
  await expect(refused).rejects.toThrow('DATABASE_URL cannot be opened');
  await expect(refused).rejects.not.toThrow('secret');
  await place.remove();
});
