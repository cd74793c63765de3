import { around } from '../../canonical/boxes.ts';
import type { Box, TextBlock, TextLine } from '../../canonical/results.ts';
import { toRows } from '../../canonical/text-rows.ts';

/** A gap above this many line heights begins a new block. */
const MAX_GAP = 0.9;

/** Joins the pieces of each row into one line, in reading order. */
export function joinRows(lines: readonly TextLine[]): TextLine[] {
  return toRows(lines).map((row) => {
    const letters = row.reduce((sum, piece) => sum + piece.text.length, 0);
    return {
      text: row.map((piece) => piece.text).join(' '),
      box: around(row.map((piece) => piece.box)),
      confidence: row.reduce((sum, piece) => sum + piece.confidence * piece.text.length, 0) / Math.max(1, letters),
    };
  });
}

/** Groups lines in reading order into blocks: those that stand close below one another and over one another. */
export function toBlocks(lines: readonly TextLine[]): TextBlock[] {
  const groups: TextLine[][] = [];
  for (const line of lines) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && belongs(last.box, line.box)) groups.at(-1)?.push(line);
    else groups.push([line]);
  }
  return groups.map((group) => ({
    text: group.map((line) => line.text).join('\n'),
    box: around(group.map((line) => line.box)),
    confidence: group.reduce((sum, line) => sum + line.confidence, 0) / group.length,
    lines: group,
  }));
}

function belongs(above: Box, below: Box): boolean {
  const height = Math.min(above.height, below.height);
  const gap = below.y - (above.y + above.height);
  const shared = Math.min(above.x + above.width, below.x + below.width) - Math.max(above.x, below.x);
  // Without boxes there is nothing to part the lines by.
  return height === 0 || (gap <= MAX_GAP * height && gap >= -height && shared > 0);
}
