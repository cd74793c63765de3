import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { RawImage } from '../../../../canonical/media.ts';
import { grow, type Point, scaleRect, smallestRect, type TiltedRect } from '../geometry.ts';
import { type Normalisation, toPlanes } from '../planes.ts';

/** ImageNet's mean and deviation, as the detector was trained. */
const NORMALISATION: Normalisation = {
  order: 'BGR',
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/** The detector's stride: both sides of its input are multiples of it. */
const STRIDE = 32;

/** Probability from which a pixel belongs to text (PaddleOCR: det_db_thresh). */
const PIXEL_THRESHOLD = 0.3;
/** Mean probability from which a region is a line of text (det_db_box_thresh, lowered: receipts are faint). */
const REGION_THRESHOLD = 0.45;
/** The detector sees text shrunk; this gives the lines their full height back (det_db_unclip_ratio). */
const UNCLIP_RATIO = 1.6;
/** Regions thinner than this, in pixels of the detector's map, are noise. */
const MIN_SIDE = 3;
/** A page has a few hundred lines; a picture of noise has thousands of regions, and no text. */
const MAX_REGIONS = 1000;

export interface DetectionOptions {
  /** Most pixels of the detector's input; its memory and time grow with it. */
  maxPixels: number;
  createTensor: (data: Float32Array, dims: readonly number[]) => Tensor;
}

/** Finds lines of text: tilted rectangles in the pixels of the given picture, in no order. */
export async function detectLines(
  session: InferenceSession,
  image: RawImage,
  options: DetectionOptions,
): Promise<TiltedRect[]> {
  const shrink = Math.min(1, Math.sqrt(options.maxPixels / (image.width * image.height)));
  const width = roundToStride(image.width * shrink);
  const height = roundToStride(image.height * shrink);
  const planes = toPlanes(image, width, height, NORMALISATION);
  const input = options.createTensor(planes.data, [1, 3, height, width]);
  const outputs = await session.run({ [session.inputNames[0] ?? 'x']: input });
  const output = outputs[session.outputNames[0] ?? ''];
  if (output === undefined || !(output.data instanceof Float32Array)) throw new Error('The detector gave no map.');
  const regions = findRegions(output.data, width, height);
  output.dispose();
  // The sides were rounded to the stride each by itself; for boxes the mean of both factors is near enough to a circle.
  return regions.map((rect) => stretch(rect, image.width / width, image.height / height));
}

function roundToStride(side: number): number {
  return Math.max(STRIDE, Math.round(side / STRIDE) * STRIDE);
}

function stretch(rect: TiltedRect, factorX: number, factorY: number): TiltedRect {
  const scaled = scaleRect(rect, (factorX + factorY) / 2);
  return { ...scaled, centre: { x: rect.centre.x * factorX, y: rect.centre.y * factorY } };
}

/** Groups neighbouring text pixels of a probability map and puts a rectangle around each group that is sure enough. */
export function findRegions(map: Float32Array, width: number, height: number): TiltedRect[] {
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  const rects: TiltedRect[] = [];
  for (let start = 0; start < map.length && rects.length < MAX_REGIONS; start += 1) {
    if (seen[start] === 1 || (map[start] ?? 0) <= PIXEL_THRESHOLD) continue;
    const rows = new Map<number, { first: number; last: number }>();
    let sum = 0;
    let count = 0;
    seen[start] = 1;
    stack.push(start);
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      const x = index % width;
      const y = (index - x) / width;
      sum += map[index] ?? 0;
      count += 1;
      const row = rows.get(y);
      if (row === undefined) rows.set(y, { first: x, last: x });
      else if (x < row.first) row.first = x;
      else if (x > row.last) row.last = x;
      for (let dy = -1; dy <= 1; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1) {
          const nx = x + dx;
          const ny = y + dy;
          if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
          const next = ny * width + nx;
          if (seen[next] === 1 || (map[next] ?? 0) <= PIXEL_THRESHOLD) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    if (count < MIN_SIDE * MIN_SIDE || sum / count < REGION_THRESHOLD) continue;
    const rect = smallestRect(outline(rows));
    if (Math.min(rect.width, rect.height) < MIN_SIDE) continue;
    rects.push(grow(rect, (rect.width * rect.height * UNCLIP_RATIO) / (2 * (rect.width + rect.height))));
  }
  return rects;
}

function outline(rows: ReadonlyMap<number, { first: number; last: number }>): Point[] {
  const points: Point[] = [];
  for (const [y, { first, last }] of rows) {
    points.push({ x: first, y }, { x: last + 1, y }, { x: first, y: y + 1 }, { x: last + 1, y: y + 1 });
  }
  return points;
}
