import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../../../src/canonical/media.ts';
import type { DocumentFields } from '../../../../src/canonical/results.ts';
import { readDocument } from '../../../../src/operations/document/document.ts';
import { mergeVision, type VisionMember } from '../../../../src/operations/merge/vision.ts';
import { createLocalVision, type LocalVision } from '../../../../src/providers/local/vision/vision.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { DRAWN_RECEIPTS } from './drawn-receipts.ts';
import { sharpImage } from './sharp-image.ts';

/** Scanned receipts with their truth, where the machine has them beside the checkout: `NNN.jpg` and `NNN.json`. */
const SCANS = fileURLToPath(new URL('../../../../../shared/receipts', import.meta.url));

let dataDir: string;
let local: LocalVision;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kanon-receipts-'));
  local = createLocalVision({ log: createLog('silent'), dataDir });
});

afterAll(async () => {
  await local.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function read(image: Image, model: string): Promise<VisionMember & { ms: number }> {
  const start = performance.now();
  const attempt = { targetModel: model, signal: AbortSignal.timeout(60_000) };
  const reading = await local.answer({ image, question: null, languages: [] }, attempt);
  return { name: model, weight: 1, reading, ms: performance.now() - start };
}

describe('both readers on a drawn receipt', () => {
  it.each(DRAWN_RECEIPTS)('$name', { timeout: 60_000 }, async ({ picture, truth }) => {
    const image = await sharpImage(await picture());
    const { lines } = mergeVision(await Promise.all([read(image, 'tesseract'), read(image, 'paddle')]));
    expect(readDocument(lines)).toMatchObject(truth);
    for (const { box } of lines) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(image.width);
      expect(box.y + box.height).toBeLessThanOrEqual(image.height);
    }
  });

  it.each([
    ['receipt-en.jpg', { merchant: 'HARBOUR HOME STORES LTD', date: '2026-10-14', total: 119.1, currency: 'GBP' }],
    ['receipt-de.jpg', { merchant: 'Haushaltswaren Lindner GmbH', date: '2026-10-14', total: 119.1, currency: 'EUR' }],
  ])('%s of the support case', { timeout: 60_000 }, async (file, truth) => {
    const image = await sharpImage(fileURLToPath(new URL(`../../../../examples/support/${file}`, import.meta.url)));
    const { lines } = mergeVision(await Promise.all([read(image, 'tesseract'), read(image, 'paddle')]));
    const document = readDocument(lines);
    expect(document).toMatchObject(truth);
    expect(document?.items.map((item) => [item.quantity, item.amount])).toEqual([[1, 39.99], [2, 11.9], [1, 34.5], [4, 27.96], [1, 4.75]]);
    // What the gateway masks must be readable to be found.
    expect(lines.map((line) => line.text.replaceAll(' ', '')).join('\n')).toContain('4111111111111111');
  });
});

// Where there are no scans, there is no test.
describe.each(existsSync(SCANS) ? [SCANS] : [])('scanned receipts', (folder) => {
  it('finds total and date on at least seven of eight', { timeout: 240_000 }, async () => {
    const found = { tesseract: score(), paddle: score(), merged: score() };
    const ids = (await readdir(folder)).filter((file) => file.endsWith('.jpg')).map((file) => file.slice(0, -4)).sort();
    // The first reading loads the models; it is not timed.
    await Promise.all(['tesseract', 'paddle'].map(async (model) => read(await sharpImage(join(folder, `${ids[0]}.jpg`)), model)));
    for (const id of ids) {
      const truth: unknown = JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8'));
      const image = await sharpImage(join(folder, `${id}.jpg`));
      const tesseract = await read(image, 'tesseract');
      const paddle = await read(image, 'paddle');
      found.tesseract.add(readDocument(mergeVision([tesseract]).lines), truth, tesseract.ms);
      found.paddle.add(readDocument(mergeVision([paddle]).lines), truth, paddle.ms);
      found.merged.add(readDocument(mergeVision([tesseract, paddle]).lines), truth, Math.max(tesseract.ms, paddle.ms));
    }
    const table = Object.entries(found).map(([name, { total, date, merchant, both, ms }]) => ({
      name, total, date, merchant, both, meanMs: Math.round(ms / ids.length),
    }));
    process.stdout.write(`${JSON.stringify(table, null, 1)}\n`);
    expect(found.merged.both).toBeGreaterThanOrEqual(Math.floor((ids.length * 7) / 8));
  });
});

interface Score {
  total: number;
  date: number;
  merchant: number;
  both: number;
  ms: number;
  add(document: DocumentFields | null, truth: unknown, ms: number): void;
}

/** Counts what agrees with the truth. A receipt whose truth has no total is right without one, or with any. */
function score(): Score {
  return {
    total: 0,
    date: 0,
    merchant: 0,
    both: 0,
    ms: 0,
    add(document, truth, ms) {
      const total = field(truth, 'total').replace(/[^\d.]/g, '');
      const totalRight = total === '' || document?.total === Number(total);
      const dateRight = document !== null && document.date === isoDate(field(truth, 'date'));
      const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');
      this.total += Number(totalRight);
      this.date += Number(dateRight);
      this.both += Number(totalRight && dateRight);
      this.merchant += Number(plain(document?.merchant ?? '') === plain(field(truth, 'company')));
      this.ms += ms;
    },
  };
}

function field(truth: unknown, name: string): string {
  const entry = Object.entries(Object(truth)).find(([key]) => key === name)?.[1];
  return typeof entry === 'string' ? entry : '';
}

/** Turns the truth's own spelling of a date into ISO 8601, without the code under test. */
function isoDate(text: string): string | null {
  const months = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';
  const [first = '', second = '', year = ''] = text.split(/[/\-. ]+/);
  const named = months.indexOf(second.toUpperCase().slice(0, 3)) / 3 + 1;
  const [day, month] = named >= 1 && /[A-Z]/i.test(second) ? [Number(first), named] : Number(second) > 12 ? [Number(second), Number(first)] : [Number(first), Number(second)];
  if (!(day >= 1) || !(month >= 1)) return null;
  return `${year.padStart(4, '20')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
