import type { Box, TextLine } from './results.ts';

/** Of this many lines at most the skew is estimated: their pairs are looked at. */
const MAX_SAMPLE = 250;
/** Steepest skew looked for, as a slope: about 9 degrees. A picture askew by more is read line by line. */
const MAX_SLOPE = 0.16;
const SLOPE_STEP = 0.01;

interface Placed {
  line: TextLine;
  left: number;
  right: number;
  /** Middle and height of the line after the page's skew is taken out. */
  middle: number;
  height: number;
}

/**
 * Groups pieces of text into rows as a person reads them: top to bottom, and left to right within a row. A label
 * and its value far to the right are one row, also on a page that lies askew. Pieces without an extent (a model that
 * tells no boxes) stay rows of their own, in the order given.
 */
export function toRows(lines: readonly TextLine[]): TextLine[][] {
  const slope = slopeOf(lines);
  const placed = lines
    .map((line): Placed => {
      const { x, y, width, height } = straighten(line.box, slope);
      return { line, left: x, right: x + width, middle: y + height / 2, height: Math.max(height, 1) };
    })
    .sort((a, b) => a.left - b.left || a.middle - b.middle);
  const rows: Placed[][] = [];
  for (const piece of placed) {
    let best: Placed[] | null = null;
    let bestOverlap = 0.5;
    for (const row of rows) {
      const last = row.at(-1);
      if (last === undefined || !isRightOf(piece, last)) continue;
      const overlap = verticalOverlap(piece, last);
      if (overlap > bestOverlap) {
        best = row;
        bestOverlap = overlap;
      }
    }
    if (best === null) rows.push([piece]);
    else best.push(piece);
  }
  return rows
    .map((row) => ({ row, middle: row.reduce((sum, piece) => sum + piece.middle, 0) / row.length }))
    .sort((a, b) => a.middle - b.middle || (a.row[0]?.left ?? 0) - (b.row[0]?.left ?? 0))
    .map(({ row }) => row.map((piece) => piece.line));
}

function isRightOf(piece: Placed, last: Placed): boolean {
  const shared = last.right - piece.left;
  return shared < 0.3 * Math.min(piece.right - piece.left, last.right - last.left);
}

/** Shared height as a part of the smaller height. */
function verticalOverlap(a: Placed, b: Placed): number {
  const top = Math.max(a.middle - a.height / 2, b.middle - b.height / 2);
  const bottom = Math.min(a.middle + a.height / 2, b.middle + b.height / 2);
  return (bottom - top) / Math.min(a.height, b.height);
}

/** The box of a piece as it would be if the page's slope were taken out: as high as its letters, and shifted. */
export function straighten(box: Box, slope: number): Box {
  // A tilted line's upright box is higher than its letters.
  const height = Math.max(box.height * 0.4, box.height - Math.abs(slope) * box.width);
  const middle = box.y + box.height / 2 - slope * (box.x + box.width / 2);
  return { x: box.x, y: middle - height / 2, width: box.width, height };
}

/**
 * The slope of the rows (downwards to the right is positive): the one under which most pieces that stand side by
 * side come to the same height. Evenly spaced rows also fit when each value is paired with the label one row off;
 * there the height of the boxes decides, which grows with their width on a page askew, and else the flatter wins.
 */
export function slopeOf(lines: readonly TextLine[]): number {
  // Neighbours tell the slope, so the sample is a stripe across the middle of the page.
  const first = Math.max(0, Math.floor((lines.length - MAX_SAMPLE) / 2));
  const sample = lines
    .map(({ box }) => ({ ...box, cx: box.x + box.width / 2, cy: box.y + box.height / 2 }))
    .sort((a, b) => a.cy - b.cy)
    .slice(first, first + MAX_SAMPLE);
  const pairs: { dx: number; dy: number; height: number }[] = [];
  for (const [index, a] of sample.entries()) {
    for (const b of sample.slice(index + 1)) {
      const [left, right] = a.cx < b.cx ? [a, b] : [b, a];
      const height = Math.min(a.height, b.height);
      if (right.x < left.x + left.width * 0.9 || Math.max(a.height, b.height) > 2.5 * height) continue;
      const dx = right.cx - left.cx;
      const dy = right.cy - left.cy;
      if (dx > 0 && Math.abs(dy) < MAX_SLOPE * dx + height / 2) pairs.push({ dx, dy, height });
    }
  }
  const steepness = steepnessOf(sample);
  let best = 0;
  let bestScore = 0;
  for (let index = 0; index <= Math.round(MAX_SLOPE / SLOPE_STEP); index += 1) {
    for (const slope of index === 0 ? [0] : [index * SLOPE_STEP, -index * SLOPE_STEP]) {
      let score = 0;
      for (const { dx, dy, height } of pairs) {
        const off = (dy - slope * dx) / (0.25 * height);
        if (Math.abs(off) < 3) score += Math.exp(-off * off);
      }
      score *= Math.max(0.3, 1 - 2 * Math.max(0, Math.abs(Math.abs(slope) - steepness) - SLOPE_STEP));
      if (score > bestScore * 1.02) {
        best = slope;
        bestScore = score;
      }
    }
  }
  return best;
}

/** By how much boxes grow in height with their width: the slope without its sign (Theil-Sen: the median of pairs). */
function steepnessOf(boxes: readonly Box[]): number {
  const slopes: number[] = [];
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const apart = a.width - b.width;
      if (Math.abs(apart) > 4 * Math.min(a.height, b.height)) slopes.push((a.height - b.height) / apart);
    }
  }
  const median = slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
  return Math.min(MAX_SLOPE, Math.max(0, median));
}
