import { execFile } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFolder, orient, photo } from './support.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./memory-run.ts', import.meta.url));

describe('memory', () => {
  it('stays small while 12-megapixel photos are uploaded and encoded', async () => {
    const folder = await createFolder();
    const file = join(folder, 'photo.jpg');
    await writeFile(file, orient(await photo(4032, 3024).jpeg({ quality: 95 }).toBuffer(), 6));
    const { stdout } = await run(process.execPath, [SCRIPT, file, folder], { timeout: 60_000 });
    const { roseMiB, storingMiB, isSharpLoaded }: { roseMiB: number; storingMiB: number; isSharpLoaded: boolean } = JSON.parse(stdout);
    const fileMiB = (await stat(file)).size / 1024 / 1024;
    expect(isSharpLoaded).toBe(false);
    expect(roseMiB).toBeGreaterThan(5);
    // Decoded, the photo is 35 MiB.
    expect(roseMiB).toBeLessThan(180);
    expect(storingMiB).toBeLessThan(2 * fileMiB + 8);
  });
});
