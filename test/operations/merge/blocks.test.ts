import { describe, expect, it } from 'vitest';
import type { TextLine } from '../../../src/canonical/results.ts';
import { joinRows, toBlocks } from '../../../src/operations/merge/blocks.ts';

function line(text: string, x: number, y: number, width = 200, confidence = 0.8): TextLine {
  return { text, confidence, box: { x, y, width, height: 20 } };
}

describe('toBlocks', () => {
  it('groups lines that stand close and parts them where there is a gap', () => {
    const blocks = toBlocks([line('Shop', 0, 0), line('5 High Street', 0, 26), line('TOTAL 5.00', 0, 120)]);
    expect(blocks.map((block) => block.text)).toEqual(['Shop\n5 High Street', 'TOTAL 5.00']);
  });

  it('puts the box around all lines of a block, and means their confidence', () => {
    const [block] = toBlocks([line('a', 10, 0, 50, 0.6), line('b', 0, 25, 100, 0.8)]);
    expect(block?.box).toEqual({ x: 0, y: 0, width: 100, height: 45 });
    expect(block?.confidence).toBeCloseTo(0.7);
  });

  it('has no blocks without lines', () => {
    expect(toBlocks([])).toEqual([]);
  });
});

describe('joinRows', () => {
  it('makes one line of a label and its value', () => {
    const [joined] = joinRows([line('5.00', 500, 2, 60), line('TOTAL', 0, 0, 80)]);
    expect(joined).toMatchObject({ text: 'TOTAL 5.00', box: { x: 0, y: 0, width: 560, height: 22 } });
  });

  it('keeps lines without places apart and in order', () => {
    const nowhere = ['first', 'second', 'third'].map((text) => ({ text, confidence: 1, box: { x: 0, y: 0, width: 0, height: 0 } }));
    expect(joinRows(nowhere).map((joined) => joined.text)).toEqual(['first', 'second', 'third']);
    const whole = nowhere.map((found) => ({ ...found, box: { x: 0, y: 0, width: 800, height: 600 } }));
    expect(joinRows(whole).map((joined) => joined.text)).toEqual(['first', 'second', 'third']);
  });
});
