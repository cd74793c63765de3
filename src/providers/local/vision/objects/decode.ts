import type { Box, DetectedObject } from '../../../../canonical/results.ts';

/** Objects of one picture at most: the detector's own limit. */
const MAX_OBJECTS = 100;
/** Two boxes of one kind that share more than this are the same thing twice. */
const MAX_OVERLAP = 0.5;

/** What the detector says of each cell of its map; both in the order channel, row, column. */
export interface DetectorMaps {
  /** Probability that the centre of a thing of each kind lies in the cell. */
  centres: Float32Array;
  /** From the centre to the left, upper, right and lower edge, in pixels of the detector's input. */
  edges: Float32Array;
  /** Cells a side. */
  side: number;
  /** Pixels of the detector's input for one cell. */
  stride: number;
}

/**
 * Finds things where a centre is likelier than in all eight neighbouring cells (Zhou et al. 2019, "Objects as
 * Points", section 3). Boxes are parts of the picture's sides, 0 to 1; strongest first.
 */
export function decodeObjects(maps: DetectorMaps, labels: readonly string[], minConfidence: number): DetectedObject[] {
  const { centres, edges, side, stride } = maps;
  const cells = side * side;
  const found: DetectedObject[] = [];
  for (const [kind, label] of labels.entries()) {
    for (let cell = 0; cell < cells; cell += 1) {
      const confidence = centres[kind * cells + cell] ?? 0;
      if (confidence < minConfidence || !isPeak(centres, kind * cells, cell, side)) continue;
      const column = cell % side;
      const row = (cell - column) / side;
      const edge = (index: number): number => edges[index * cells + cell] ?? 0;
      const part = (value: number): number => Math.min(1, Math.max(0, value / (side * stride)));
      const left = part(column * stride - edge(0));
      const top = part(row * stride - edge(1));
      const box: Box = {
        x: left,
        y: top,
        width: part(column * stride + edge(2)) - left,
        height: part(row * stride + edge(3)) - top,
      };
      if (box.width > 0 && box.height > 0) found.push({ label, box, confidence });
    }
  }
  const kept: DetectedObject[] = [];
  for (const object of found.sort((a, b) => b.confidence - a.confidence)) {
    if (kept.length === MAX_OBJECTS) break;
    const again = kept.some((other) => other.label === object.label && overlap(other.box, object.box) > MAX_OVERLAP);
    if (!again) kept.push(object);
  }
  return kept;
}

function isPeak(map: Float32Array, offset: number, cell: number, side: number): boolean {
  const column = cell % side;
  const row = (cell - column) / side;
  const value = map[offset + cell] ?? 0;
  for (let y = Math.max(0, row - 1); y <= Math.min(side - 1, row + 1); y += 1) {
    for (let x = Math.max(0, column - 1); x <= Math.min(side - 1, column + 1); x += 1) {
      if ((map[offset + y * side + x] ?? 0) > value) return false;
    }
  }
  return true;
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
