/**
 * Uploads a picture from a file and encodes it several times in a process of its own; prints how far memory rose, in
 * MiB, and whether sharp was loaded before the first picture. Arguments: the picture, an empty folder.
 */
import { createReadStream } from 'node:fs';
import { DEFAULT_FETCH_POLICY, DEFAULT_MEDIA_LIMITS, Media } from '../../src/media/media.ts';
import { createLog } from '../../src/telemetry/log.ts';

const [picture = '', dataDir = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
const media = new Media({ dataDir, log: createLog('silent'), limits: DEFAULT_MEDIA_LIMITS, fetch: DEFAULT_FETCH_POLICY });
const before = process.memoryUsage.rss();
const { sharedObjects }: { sharedObjects: string[] } = JSON.parse(JSON.stringify(process.report.getReport()));
const isSharpLoaded = sharedObjects.some((path) => path.includes('sharp'));

let largest = 0;
for (let round = 0; round < 8; round += 1) {
  // In the first round alone: later ones see the garbage of those before.
  const sampler = setInterval(() => {
    if (round === 0) largest = Math.max(largest, process.memoryUsage().arrayBuffers);
  }, 1);
  const { id } = await media.store(createReadStream(picture), 'owner', signal);
  clearInterval(sampler);
  const image = await media.image({ upload: id }, 'image', 'owner', signal);
  await image.encode({ mimeTypes: ['image/jpeg'], maxSide: 1568, maxBytes: 5_000_000 }, signal);
}
await media.close();

const mib = (bytes: number): number => Math.round(bytes / 1024 / 1024);
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ roseMiB: mib(peak - before), storingMiB: mib(largest), isSharpLoaded }));
