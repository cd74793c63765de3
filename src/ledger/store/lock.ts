import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KanonError } from '../../canonical/errors.ts';

/**
 * Makes this process the only one that serves a data folder. The lock is SQLite's own lock on an empty database file,
 * a lock of the operating system on every platform: it goes with the process, also after kill -9, so none is ever
 * left behind. The command line does not take it, and may write keys meanwhile. Not for network file systems.
 */
export class DataFolderLock {
  readonly #db: DatabaseSync;

  /** @throws KanonError when another process serves the folder; the message says which */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#db = new DatabaseSync(join(folder, 'serve.lock'), { timeout: 0 });
    // The process id is told in a file beside: nothing can be read from a database that is locked.
    const told = join(folder, 'serve.pid');
    try {
      this.#db.exec('begin exclusive');
    } catch (cause) {
      this.#db.close();
      throw new KanonError('INTERNAL', `The data folder ${folder} is in use by ${holder(told)}. Stop that one, or give this one a folder of its own (--data).`, {
        cause,
      });
    }
    writeFileSync(told, `${process.pid}\n`, { mode: 0o600 });
  }

  release(): void {
    this.#db.close();
  }
}

function holder(told: string): string {
  try {
    return `the process ${readFileSync(told, 'utf8').trim()}`;
  } catch {
    return 'another process';
  }
}
