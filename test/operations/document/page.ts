import type { TextLine } from '../../../src/canonical/results.ts';
import { joinRows } from '../../../src/operations/merge/blocks.ts';

const CHARACTER = 10;
const HEIGHT = 20;
const STEP = 30;

/**
 * Lays a page out as a reader of text would report it, one string a row, in pieces where two or more blanks part
 * them, and joins them to rows again. `slope` lets the rows fall (or rise) to the right.
 */
export function page(rows: readonly string[], slope = 0): TextLine[] {
  const pieces = rows.flatMap((row, index) =>
    [...row.matchAll(/\S+(?: \S+)*/g)].map((match): TextLine => {
      const x = 50 + match.index * CHARACTER;
      const width = match[0].length * CHARACTER;
      return {
        text: match[0],
        confidence: 0.9,
        box: { x, y: 400 + index * STEP + slope * (x + width / 2) - HEIGHT / 2, width, height: HEIGHT },
      };
    }),
  );
  return joinRows(pieces);
}
