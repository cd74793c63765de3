import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createLocalVision } from '../../../../src/providers/local/vision/vision.ts';
import { sharpImage } from './sharp-image.ts';

/** A4 at 600 dots an inch. */
const [WIDTH, HEIGHT] = [4961, 7016];

function scan(): Promise<Buffer> {
  const rows = Array.from({ length: 44 }, (_, row) => {
    const text = `Article ${1000 + row} delivered in good order, quantity ${row + 1}`;
    return `<text x="500" y="${600 + row * 140}" font-size="84" font-family="sans-serif">${text}</text><text x="4400" y="${600 + row * 140}" font-size="84" font-family="sans-serif" text-anchor="end">${(row * 3.17 + 1).toFixed(2)}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#fdfdf8"/>${rows.join('')}</svg>`;
  return sharp(Buffer.from(svg), { unlimited: true }).flatten().jpeg({ quality: 80 }).toBuffer();
}

/** Most memory that a process ever held, in MB, where the system tells it. */
function peakMb(pid: number | string): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

it('reads a scan of 35 megapixels within 1.5 GB', { timeout: 120_000 }, async () => {
  const pids: number[] = [];
  const log = pino(
    { level: 'info' },
    new Writable({
      write(chunk, _, done) {
        const entry: { msg?: string; pid?: number } = JSON.parse(String(chunk));
        if (entry.msg === 'worker ready' && entry.pid !== undefined) pids.push(entry.pid);
        done();
      },
    }),
  );
  const dataDir = await mkdtemp(join(tmpdir(), 'kanon-scan-'));
  const local = createLocalVision({ log, dataDir });
  try {
    const image = await sharpImage(await scan());
    const start = performance.now();
    const readings = await Promise.all(
      ['tesseract', 'paddle', 'objects'].map(async (targetModel) => {
        const reading = await local.answer({ image, question: null, languages: [] }, { targetModel, signal: AbortSignal.timeout(100_000) });
        return { ...reading, ms: performance.now() - start };
      }),
    );
    const children = pids.map(peakMb);
    const own = process.memoryUsage.rss() / 1_048_576;
    process.stdout.write(`ms ${readings.map((reading) => Math.round(reading.ms)).join(' ')}, children MB ${children.map(Math.round).join(' ')}, own MB ${Math.round(own)}\n`);
    for (const reading of readings.slice(0, 2)) {
      const text = reading.lines.map((line) => line.text).join(' ');
      const found = Array.from({ length: 44 }, (_, row) => text.includes(String(1000 + row))).filter(Boolean).length;
      expect(found).toBeGreaterThanOrEqual(42);
    }
    expect(pids).toHaveLength(3);
    expect(children.reduce((sum, mb) => sum + mb, own)).toBeLessThan(1_500);
  } finally {
    await local.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
