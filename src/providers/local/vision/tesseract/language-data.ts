import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The smaller of the two sets in the packages: integer LSTM networks. It read the same as the large one, faster. */
const SET = '4.0.0_best_int';

/** Lays the data of the languages out in one folder, where it is not there yet. Safe beside other processes. */
export async function layOutLanguages(languages: readonly string[], folder: string): Promise<void> {
  const here = createRequire(import.meta.url);
  await mkdir(folder, { recursive: true });
  for (const language of languages) {
    const file = `${language}.traineddata.gz`;
    const source = join(dirname(here.resolve(`@tesseract.js-data/${language}`)), SET, file);
    const target = join(folder, file);
    const [wanted, present] = await Promise.all([stat(source), stat(target).catch(() => null)]);
    if (present?.size === wanted.size) continue;
    const draft = `${target}.${process.pid}`;
    try {
      await copyFile(source, draft);
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
  }
}
