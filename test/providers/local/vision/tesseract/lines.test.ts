import { describe, expect, it } from 'vitest';
import { toTextLine } from '../../../../../src/providers/local/vision/tesseract/lines.ts';

function word(text: string, x0: number, x1: number, confidence = 90): { text: string; confidence: number; bbox: { x0: number; y0: number; x1: number; y1: number } } {
  return { text, confidence, bbox: { x0, y0: 10, x1, y1: 30 } };
}

describe('toTextLine', () => {
  it('joins the words, scales their box back and means their confidence', () => {
    expect(toTextLine({ words: [word('Total', 20, 70, 80), word('5.00', 100, 140, 90)] }, 2)).toEqual({
      text: 'Total 5.00',
      confidence: expect.closeTo((80 * 5 + 90 * 4) / 900),
      box: { x: 10, y: 5, width: 60, height: 10 },
    });
  });

  it('drops what a fold or a margin left', () => {
    const line = toTextLine({ words: [word('|', 0, 4), word('Bar', 10, 40), word('20,00', 60, 90), word('Sab', 95, 120, 12), word('—', 130, 140)] }, 1);
    expect(line).toMatchObject({ text: 'Bar 20,00', box: { x: 10, width: 80 } });
  });

  it('has no line where no word is sure, and none of marks only', () => {
    expect(toTextLine({ words: [word('fie', 0, 20, 9)] }, 1)).toBeNull();
    expect(toTextLine({ words: [word('a', 0, 20, 25)] }, 1)).toBeNull();
    expect(toTextLine({ words: [word('---', 0, 20), word('***', 30, 50)] }, 1)).toBeNull();
    expect(toTextLine({ words: [] }, 1)).toBeNull();
  });
});
