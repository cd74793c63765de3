import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where in the files of a folder, whatever their depth, one of the needles stands. */
export async function findInFolder(folder: string, needles: readonly (string | Buffer)[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A file of the database may go while it is looked at.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    for (const [index, needle] of needles.entries()) if (bytes.includes(needle)) found.push(`${index} in ${path}`);
  }
  return found;
}
