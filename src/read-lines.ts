import type { Image } from './canonical/media.ts';
import type { TextLine } from './canonical/results.ts';
import { UpstreamFailure } from './canonical/failure.ts';
import { createLocalVision } from './providers/local/vision/vision.ts';
import type { ReadLines } from './pipeline/masking/pictures.ts';
import type { Log } from './telemetry/log.ts';

/** They are good at different things: what one of them misses, the other may read. */
const READERS = ['tesseract', 'paddle'] as const;

/** Reads pictures for masking with the models of this machine. No process starts before the first picture. */
export class LocalReader {
  readonly #vision: ReturnType<typeof createLocalVision>;

  constructor(options: { dataDir: string; log: Log }) {
    this.#vision = createLocalVision(options);
  }

  /** What any of the readers finds. @throws what the last of them threw, when none could read */
  readonly lines: ReadLines = async (image: Image, signal: AbortSignal): Promise<TextLine[][]> => {
    const request = { image, question: null, languages: [] };
    const readings = await Promise.allSettled(READERS.map((targetModel) => this.#vision.answer(request, { targetModel, signal })));
    const read = readings.filter((reading) => reading.status === 'fulfilled');
    if (read.length > 0) return read.map(({ value }) => value.lines);
    const [failed] = readings.filter((reading) => reading.status === 'rejected');
    throw failed?.reason ?? new UpstreamFailure('unavailable', 'no model reads pictures here');
  };

  close(): Promise<void> {
    return this.#vision.close();
  }
}
