import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The name of this instance, kept in its data folder: one that starts again there knows what the one before it has
 * left open, without waiting until that is void. Only for who holds the folder's lock.
 */
export function instanceOf(dataDir: string): string {
  const file = join(dataDir, 'instance');
  try {
    const name = readFileSync(file, 'utf8').trim();
    if (name !== '') return name;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const name = randomUUID();
  writeFileSync(file, `${name}\n`, { mode: 0o600, flush: true });
  return name;
}
