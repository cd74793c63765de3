/**
 * What a picture costs on its way to a target, beside sharp alone doing the same. `node bench/media/encode.ts`
 *
 * Both read the file's bytes and make an upright JPEG of at most 1568 pixels at quality 85 without metadata. Ours also
 * recognises the type, checks the header and passes the gate. Medians of CPU milliseconds; the ratio is sharp / ours,
 * above 1 where ours is cheaper.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp, { type Sharp } from 'sharp';
import { DEFAULT_FETCH_POLICY, DEFAULT_MEDIA_LIMITS, Media } from '../../src/media/media.ts';
import { createLog } from '../../src/telemetry/log.ts';

const ROUNDS = 15;
const LIMITS = { mimeTypes: ['image/jpeg', 'image/png', 'image/webp'] as const, maxSide: 1568, maxBytes: 5 * 1024 * 1024 };
const signal = new AbortController().signal;

/** Something like a photo: smooth noise, about 4.5 MB as a JPEG of 12 megapixels. */
async function photo(width: number, height: number): Promise<Sharp> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const small = sharp({ create: { width: width >> 2, height: height >> 2, channels: 3, background: '#888', noise } });
  return sharp(await small.png().toBuffer()).resize(width, height, { kernel: 'cubic' }).jpeg({ quality: 90 });
}

/** Turned by EXIF orientation 6, as a phone held upright does. */
function orient(jpeg: Buffer): Buffer {
  const exif = Buffer.from(`ffe100224578696600004d4d002a000000080001011200030000000100060000${'0'.repeat(8)}`, 'hex');
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
}

async function cpuMs(job: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await job();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const folder = await mkdtemp(join(tmpdir(), 'kanon-bench-'));
const media = new Media({
  dataDir: folder,
  log: createLog('silent'),
  limits: DEFAULT_MEDIA_LIMITS,
  fetch: DEFAULT_FETCH_POLICY,
});
try {
  const large = await photo(4032, 3024);
  const plain = await large.toBuffer();
  const profiled = await large.clone().withIccProfile('p3').toBuffer();
  const cases: [string, Buffer][] = [
    ['12 megapixels', plain],
    ['12 megapixels, orientation 6', orient(plain)],
    ['12 megapixels, orientation 6, Display P3', orient(profiled)],
    ['1568 x 1176, fits already', await (await photo(1568, 1176)).toBuffer()],
  ];
  for (const [name, bytes] of cases) {
    const { id } = await media.store(Readable.from([bytes]), 'bench', signal);
    const ours = async (): Promise<void> => {
      const image = await media.image({ upload: id }, 'image', 'bench', signal);
      await image.encode(LIMITS, signal);
    };
    const alone = (): Promise<Buffer> =>
      sharp(bytes, { autoOrient: true })
        .resize({ width: 1568, height: 1568, fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: 85 })
        .toBuffer();
    const times: { ours: number[]; alone: number[] } = { ours: [], alone: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.alone.push(await cpuMs(alone));
      times.ours.push(await cpuMs(ours));
    }
    const [a, o] = [median(times.alone), median(times.ours)];
    console.log(`${name.padEnd(42)} sharp ${a.toFixed(1).padStart(6)}  ours ${o.toFixed(1).padStart(6)}  ratio ${(a / o).toFixed(2)}`);
  }
} finally {
  await media.close();
  await rm(folder, { recursive: true, force: true });
}
