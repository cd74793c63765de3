import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextLine } from '../../src/canonical/results.ts';
import { toRows } from '../../src/canonical/text-rows.ts';

function piece(text: string, x: number, y: number, width = 80): TextLine {
  return { text, confidence: 1, box: { x, y, width, height: 20 } };
}

function texts(lines: readonly TextLine[]): string[][] {
  return toRows(lines).map((row) => row.map((line) => line.text));
}

/** A table of two columns with rows 30 apart, fallen by `slope` to the right. */
function table(rows: number, slope: number, distance: number): TextLine[] {
  return Array.from({ length: rows }, (_, row) => [piece(`l${row}`, 0, row * 30), piece(`r${row}`, distance, row * 30 + slope * distance)]).flat();
}

describe('toRows', () => {
  it('puts a label and its value far to the right into one row', () => {
    expect(texts([piece('5.00', 600, 3), piece('TOTAL', 0, 0)])).toEqual([['TOTAL', '5.00']]);
  });

  it.each([-0.07, -0.04, -0.02, 0, 0.02, 0.04, 0.07])('pairs labels and values at a slope of %f', (slope) => {
    const expected = Array.from({ length: 12 }, (_, row) => [`l${row}`, `r${row}`]);
    expect(texts(table(12, slope, 400))).toEqual(expected);
  });

  it.each([-0.12, 0.12])('tells a slope of %f from rows paired one off by the height of wide boxes', (slope) => {
    const wide = Array.from({ length: 6 }, (_, row): TextLine => {
      const box = { x: 0, y: 400 + row * 30 + (slope < 0 ? slope * 400 : 0), width: 400, height: 20 + Math.abs(slope) * 400 };
      return { text: `w${row}`, confidence: 1, box };
    });
    const rows = texts([...table(12, slope, 400), ...wide]);
    expect(rows.filter((row) => row.length === 2)).toEqual(Array.from({ length: 12 }, (_, row) => [`l${row}`, `r${row}`]));
  });

  it('pairs them also where the paper is bent, and the slope grows to the bottom', () => {
    const lines = Array.from({ length: 10 }, (_, row) => [
      piece(`a${row}`, 0, row * 40),
      piece(`b${row}`, 200, row * 40 + row * 0.8),
      piece(`c${row}`, 400, row * 40 + row * 2),
    ]).flat();
    expect(texts(lines)).toEqual(Array.from({ length: 10 }, (_, row) => [`a${row}`, `b${row}`, `c${row}`]));
  });

  it('keeps lines apart that lie over one another', () => {
    expect(texts([piece('a', 0, 0, 300), piece('b', 10, 8, 300)])).toEqual([['a'], ['b']]);
  });

  it('loses and invents nothing', () => {
    const any = fc.record({
      text: fc.string({ maxLength: 5 }),
      confidence: fc.constant(1),
      box: fc.record({ x: fc.nat(900), y: fc.nat(900), width: fc.nat(300), height: fc.nat(60) }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (lines) => {
        const rows = toRows(lines).flat();
        expect(rows).toHaveLength(lines.length);
        expect(new Set(rows)).toEqual(new Set(lines));
      }),
    );
  });

  it('takes a page of very many pieces in its stride', () => {
    const start = performance.now();
    expect(toRows(table(1_000, 0.05, 400))).toHaveLength(1_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
