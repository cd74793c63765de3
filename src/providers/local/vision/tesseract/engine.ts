import { join } from 'node:path';
import type { TextLine } from '../../../../canonical/results.ts';
import type { Log } from '../../../../telemetry/log.ts';
import { WorkerHost } from '../../runtime/worker-host.ts';
import { pixelsWithin, toPicture, type VisionEngine, WORKER_ENV } from '../engine.ts';
import { requirePackages, type ResolvePackage } from '../packages.ts';
import { chooseLanguages } from './languages.ts';
import type { TesseractJobs } from './worker.ts';

/** An A4 page at about 250 dots an inch. */
const MAX_PIXELS = 6_000_000;

export interface TesseractOptions {
  log: Log;
  /** Where the languages' data is laid out for the engine: it wants all of them in one folder. */
  dataDir: string;
  resolve: ResolvePackage;
}

/** Text by Tesseract 5 (LSTM), compiled to WebAssembly: strong on clean print and German; weak on folds and noise. */
export function createTesseract({ log, dataDir, resolve }: TesseractOptions): VisionEngine {
  const host = new WorkerHost<TesseractJobs>({
    name: 'tesseract',
    script: new URL('./worker.ts', import.meta.url),
    log,
    maxQueue: 32,
    maxMemoryMb: 700,
    jobTimeoutMs: 60_000,
    env: WORKER_ENV,
  });
  return {
    async read(request, signal) {
      const { languages, warnings } = chooseLanguages(request.languages);
      const data = languages.map((language) => `@tesseract.js-data/${language}`);
      requirePackages('tesseract', ['tesseract.js', ...data], resolve);
      const seen = await pixelsWithin(request.image, MAX_PIXELS, signal);
      const lines = await host.run('read', { image: seen, languages, folder: join(dataDir, 'tessdata') }, signal);
      const toLine = (line: TextLine): TextLine => ({ ...line, box: toPicture(line.box, seen, request.image) });
      return { lines: lines.map(toLine), objects: [], warnings };
    },
    close: () => host.close(),
  };
}
