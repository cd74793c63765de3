import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { RawImage } from '../../../../canonical/media.ts';
import { type Alphabet, decodeLine, type DecodedText } from './ctc.ts';
import type { TiltedRect } from '../geometry.ts';
import { cropInto, type Normalisation } from '../planes.ts';

const NORMALISATION: Normalisation = { order: 'BGR', mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

/** Height of a line at the recogniser's input, in pixels. */
const LINE_HEIGHT = 48;
/** Longest line at the recogniser's input, in pixels: more than a page's width of small type. */
const MAX_LINE_WIDTH = 3200;
/** Lines recognised in one run, as long as they are short. */
const MAX_BATCH = 8;
/** Most columns of one run (lines times the longest of them): the output has 6625 floats for every eighth of them. */
const MAX_BATCH_COLUMNS = 2400;
/** Taller than this many times its width, a region is text that runs upwards (PaddleOCR's rule). */
const UPRIGHT_RATIO = 1.5;

export interface RecognitionOptions {
  alphabet: Alphabet;
  createTensor: (data: Float32Array, dims: readonly number[]) => Tensor;
}

/** Reads each rectangle of the picture; the answers stand in the order of the rectangles. */
export async function recogniseLines(
  session: InferenceSession,
  image: RawImage,
  rects: readonly TiltedRect[],
  options: RecognitionOptions,
): Promise<DecodedText[]> {
  const texts: DecodedText[] = rects.map(() => ({ text: '', confidence: 0 }));
  const jobs = rects
    .map((rect, index) => {
      const turned = rect.height > rect.width * UPRIGHT_RATIO;
      const ratio = turned ? rect.height / rect.width : rect.width / rect.height;
      return { rect, index, turned, width: Math.max(16, Math.min(MAX_LINE_WIDTH, Math.round(LINE_HEIGHT * ratio))) };
    })
    // Lines of like length share a batch, so that little of it is padding.
    .sort((a, b) => a.width - b.width);
  for (let start = 0; start < jobs.length; ) {
    let end = start + 1;
    while (end < jobs.length && end - start < MAX_BATCH) {
      if ((jobs[end]?.width ?? 0) * (end - start + 1) > MAX_BATCH_COLUMNS) break;
      end += 1;
    }
    const batch = jobs.slice(start, end);
    const width = Math.ceil(Math.max(...batch.map((job) => job.width)) / 8) * 8;
    const plane = width * LINE_HEIGHT;
    const data = new Float32Array(batch.length * 3 * plane);
    for (const [slot, job] of batch.entries()) {
      const target = { width: job.width, height: LINE_HEIGHT, stride: width, plane, offset: slot * 3 * plane };
      cropInto(image, job.rect, data, target, { turned: job.turned, normalisation: NORMALISATION });
    }
    const input = options.createTensor(data, [batch.length, 3, LINE_HEIGHT, width]);
    const outputs = await session.run({ [session.inputNames[0] ?? 'x']: input });
    const output = outputs[session.outputNames[0] ?? ''];
    if (output === undefined || !(output.data instanceof Float32Array)) throw new Error('The recogniser gave no scores.');
    const steps = output.dims[1] ?? 0;
    const symbols = output.dims[2] ?? 0;
    for (const [slot, job] of batch.entries()) {
      texts[job.index] = decodeLine(output.data, slot * steps * symbols, steps, symbols, options.alphabet);
    }
    output.dispose();
    start = end;
  }
  return texts;
}
