import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { onTestFinished } from 'vitest';
import type { ErrorCode } from '../../src/canonical/errors.ts';
import type { ImageLimits } from '../../src/canonical/media.ts';
import { DEFAULT_FETCH_POLICY, DEFAULT_MEDIA_LIMITS, Media, type MediaOptions } from '../../src/media/media.ts';
import { createLog } from '../../src/telemetry/log.ts';

export const NEVER = new AbortController().signal;
export const OWNER = 'app:test';

export const TARGET: ImageLimits = {
  mimeTypes: ['image/jpeg', 'image/png', 'image/webp'],
  maxSide: 1568,
  maxBytes: 5 * 1024 * 1024,
};

export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kanon-media-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Overrides {
  dataDir?: string;
  limits?: Partial<MediaOptions['limits']>;
  fetch?: Partial<MediaOptions['fetch']>;
  resolve?: NonNullable<MediaOptions['resolve']>;
}

/** A media room on an empty folder, closed with the test. */
export async function createMedia(overrides: Overrides = {}): Promise<Media> {
  const media = new Media({
    dataDir: overrides.dataDir ?? (await createFolder()),
    log: createLog('silent'),
    limits: { ...DEFAULT_MEDIA_LIMITS, ...overrides.limits },
    fetch: { ...DEFAULT_FETCH_POLICY, ...overrides.fetch },
    ...(overrides.resolve === undefined ? {} : { resolve: overrides.resolve }),
  });
  onTestFinished(() => media.close());
  return media;
}

/** A smooth picture with something in every corner, so that turning it shows. */
export function photo(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      pixels[at] = (x / width) * 255;
      pixels[at + 1] = (y / height) * 255;
      pixels[at + 2] = 128 + 80 * Math.sin(x / 9) * Math.cos(y / 7);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A picture of noise: the hardest to make small. */
export function noise(width: number, height: number): Sharp {
  return sharp({
    create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  });
}

export const SECRET = 'Secret-Camera-Owner';

/** With the place it was taken, and the name of who took it. */
export function withExif(picture: Sharp): Sharp {
  return picture
    .withExif({
      IFD0: { Copyright: SECRET },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- ${SECRET} --></x:xmpmeta>`);
}

/** Puts an EXIF segment with nothing but an orientation before the others of a JPEG. */
export function orient(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from('ffe100224578696600004d4d002a0000000800010112000300000001' + '0'.repeat(16), 'hex');
  exif.writeUInt16BE(orientation, 28);
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
}

/** A PNG whose header claims any size, with hardly any data. */
export function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

export async function* chunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A server on loopback; returns `127.0.0.1:port`. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address() as AddressInfo;
  return `127.0.0.1:${address.port}`;
}

/** What `rejects.toMatchObject` compares an error with. */
export function coded(code: ErrorCode, message: RegExp): { code: ErrorCode; message: unknown } {
  return { code, message: expectMatching(message) };
}

function expectMatching(message: RegExp): unknown {
  return { asymmetricMatch: (text: string) => message.test(text), toString: () => String(message) };
}

/** Mean difference of two pictures' pixels, 0 to 255. */
export async function difference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all([a, b].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()));
  if (first === undefined || second === undefined || first.length !== second.length) return Infinity;
  let sum = 0;
  for (let at = 0; at < first.length; at += 1) sum += Math.abs((first[at] ?? 0) - (second[at] ?? 0));
  return sum / first.length;
}
