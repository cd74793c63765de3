import sharp from 'sharp';
import type { Line, Worker } from 'tesseract.js';
import { UpstreamFailure } from '../../../../canonical/failure.ts';
import type { RawImage } from '../../../../canonical/media.ts';
import type { TextLine } from '../../../../canonical/results.ts';
import { toRows } from '../../../../canonical/text-rows.ts';
import { logToHost, serveJobs } from '../../runtime/serve-jobs.ts';
import { layOutLanguages } from './language-data.ts';
import { toTextLine } from './lines.ts';
import { prepare } from './prepare.ts';

export interface TesseractJobs {
  /** Reads the text of a picture: lines in reading order, boxes in the pixels of the input. */
  read: { input: { image: RawImage; languages: string[]; folder: string }; output: TextLine[] };
}

sharp.cache(false);
sharp.concurrency(1);

let engine: { languages: string; worker: Worker } | null = null;

/** The engine, set to the languages. One at a time: its host gives it one job after the other. */
async function engineFor(languages: readonly string[], folder: string): Promise<Worker> {
  const key = languages.join('+');
  if (engine?.languages === key) return engine.worker;
  const start = performance.now();
  await layOutLanguages(languages, folder).catch((cause: unknown) => {
    throw new UpstreamFailure('unavailable', 'Tesseract cannot lay out its languages in the data folder.', { cause });
  });
  if (engine === null) {
    const { createWorker, OEM, PSM } = await import('tesseract.js');
    const worker = await createWorker([...languages], OEM.LSTM_ONLY, {
      langPath: folder,
      cacheMethod: 'none',
      // Without one, an error is thrown where nobody can catch it; it also rejects the call, and that is enough.
      errorHandler: () => {},
    });
    // A receipt is one block of rows; the page analysis of other modes takes its columns apart.
    await worker.setParameters({ tessedit_pageseg_mode: PSM.SINGLE_BLOCK, user_defined_dpi: '200' });
    engine = { languages: key, worker };
  } else {
    await engine.worker.reinitialize(key);
    engine.languages = key;
  }
  logToHost('info', { languages: key, ms: Math.round(performance.now() - start) }, 'Tesseract loaded');
  return engine.worker;
}

serveJobs<TesseractJobs>({
  async read({ image, languages, folder }) {
    const worker = await engineFor(languages, folder);
    const { bytes, scale } = await prepare(image);
    const { data } = await worker.recognize(bytes, {}, { blocks: true, text: false });
    const lines: Line[] = (data.blocks ?? []).flatMap((block) => block.paragraphs.flatMap((part) => part.lines));
    return toRows(lines.map((line) => toTextLine(line, scale)).filter((line) => line !== null)).flat();
  },
});
