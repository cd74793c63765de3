import { availableParallelism } from 'node:os';
import type { RawImage } from '../../../../canonical/media.ts';
import type { TextLine } from '../../../../canonical/results.ts';
import { toRows } from '../../../../canonical/text-rows.ts';
import { logToHost, serveJobs } from '../../runtime/serve-jobs.ts';
import { mendDigits } from '../mend-digits.ts';
import { uprightBox } from '../geometry.ts';
import { type PaddleModels, loadPaddleModels } from './models.ts';
import { detectLines } from './detect.ts';
import { recogniseLines } from './recognise.ts';

export interface PaddleJobs {
  /** Reads the text of a picture: lines in reading order, boxes in the pixels of the input. */
  read: { input: RawImage; output: TextLine[] };
}

/** Pixels of the detector's input. Larger finds no more lines on receipts, and costs memory in proportion. */
const DETECT_PIXELS = 800_000;
/** A reading below this is a smudge. */
const MIN_CONFIDENCE = 0.5;

let models: Promise<PaddleModels> | null = null;

async function load(): Promise<PaddleModels> {
  const start = performance.now();
  const loaded = await loadPaddleModels(Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2))));
  logToHost('info', { ms: Math.round(performance.now() - start) }, 'PaddleOCR models loaded');
  return loaded;
}

serveJobs<PaddleJobs>({
  async read(image) {
    models ??= load();
    const { detector, recogniser, alphabet, createTensor } = await models.catch((error: unknown) => {
      models = null;
      throw error;
    });
    const rects = await detectLines(detector, image, { maxPixels: DETECT_PIXELS, createTensor });
    const texts = await recogniseLines(recogniser, image, rects, { alphabet, createTensor });
    const lines: TextLine[] = [];
    for (const [index, rect] of rects.entries()) {
      const { text, confidence } = texts[index] ?? { text: '', confidence: 0 };
      if (text === '' || confidence < MIN_CONFIDENCE) continue;
      // NFKC: the alphabet is Chinese and prefers the wide forms of punctuation.
      lines.push({ text: mendDigits(text.normalize('NFKC')), confidence: Math.min(1, confidence), box: uprightBox(rect, image) });
    }
    return toRows(lines).flat();
  },
});
