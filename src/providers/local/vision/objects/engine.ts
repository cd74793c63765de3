import type { Log } from '../../../../telemetry/log.ts';
import { WorkerHost } from '../../runtime/worker-host.ts';
import { toPicture, type VisionEngine, WORKER_ENV } from '../engine.ts';
import { requirePackages, type ResolvePackage } from '../packages.ts';
import type { ObjectJobs } from './worker.ts';

/** The detector sees 512 pixels a side; a little more lets the scaling average. */
const MAX_SIDE = 1024;

/** Things with their boxes by CenterNet on MobileNetV3, trained on COCO's 80 kinds. */
export function createObjects(log: Log, resolve: ResolvePackage): VisionEngine {
  const host = new WorkerHost<ObjectJobs>({
    name: 'objects',
    script: new URL('./worker.ts', import.meta.url),
    log,
    maxQueue: 32,
    maxMemoryMb: 600,
    jobTimeoutMs: 30_000,
    env: WORKER_ENV,
  });
  return {
    async read(request, signal) {
      requirePackages('objects', ['@vladmandic/human'], resolve);
      const seen = await request.image.pixels(MAX_SIDE, signal);
      const objects = await host.run('detect', seen, signal);
      return {
        lines: [],
        objects: objects.map((object) => ({ ...object, box: toPicture(object.box, seen, request.image) })),
        warnings: [],
      };
    },
    close: () => host.close(),
  };
}
