import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectedObject, TextLine, VisionReading } from '../../../src/canonical/results.ts';
import { NO_USAGE } from '../../../src/canonical/usage.ts';
import { mergeVision, type VisionMember } from '../../../src/operations/merge/vision.ts';

function member(name: string, parts: Partial<VisionReading>, weight = 1): VisionMember {
  const reading = { lines: [], objects: [], document: null, description: null, usage: NO_USAGE, warnings: [], ...parts };
  return { name, weight, reading };
}

function line(text: string, x: number, y: number, width: number, confidence = 0.9, height = 20): TextLine {
  return { text, confidence, box: { x, y, width, height } };
}

function texts(...members: VisionMember[]): string[] {
  return mergeVision(members).lines.map((merged) => merged.text);
}

describe('mergeVision, text', () => {
  it('takes the surer reading of a line', () => {
    const a = member('a', { lines: [line('TOTAL 19.90', 0, 0, 200, 0.95)] });
    const b = member('b', { lines: [line('T0TAI 19.9O', 2, 1, 198, 0.6)] });
    expect(texts(a, b)).toEqual(['TOTAL 19.90']);
  });

  it('lets a weight decide between readings that are as sure', () => {
    const a = member('a', { lines: [line('Straße', 0, 0, 100)] }, 2);
    const b = member('b', { lines: [line('Strabc', 0, 0, 100)] }, 1);
    expect(texts(b, a)).toEqual(['Straße']);
  });

  it('prefers what two readers agree on to one that is surer', () => {
    const a = member('a', { lines: [line('80.90', 0, 0, 60, 0.7)] });
    const b = member('b', { lines: [line('80.90', 0, 0, 60, 0.7)] });
    const c = member('c', { lines: [line('30.40', 0, 0, 60, 0.95)] });
    expect(texts(a, b, c)).toEqual(['80.90']);
  });

  it('matches a row of one reader with its pieces of another, and takes one of them, not both', () => {
    const a = member('a', { lines: [line('TOTAL 5.00', 0, 0, 500, 0.6)] });
    const b = member('b', { lines: [line('TOTAL', 0, 0, 80, 0.9), line('5.00', 440, 1, 60, 0.9)] });
    expect(texts(a, b)).toEqual(['TOTAL 5.00']);
  });

  it('keeps the end of a row that the surer reader missed', () => {
    const a = member('a', { lines: [line('TOTAL', 0, 0, 80, 0.95)] });
    const b = member('b', { lines: [line('TOTAL 5.00', 0, 0, 500, 0.85)] });
    expect(texts(a, b)).toEqual(['TOTAL 5.00']);
  });

  it('keeps accents that one of the readers lost', () => {
    const a = member('a', { lines: [line('Vielen Dank für', 0, 0, 200, 0.9)] });
    const b = member('b', { lines: [line('Vielen Dank fur', 0, 0, 200, 0.97)] });
    expect(texts(a, b)).toEqual(['Vielen Dank für']);
  });

  it('keeps a line that only one reader saw if it was sure, and drops a fold that one took for text', () => {
    const a = member('a', { lines: [line('Thank you', 0, 100, 100, 0.9), line('~;i|', 0, 200, 100, 0.4), line('Hi', 0, 0, 40)] });
    const b = member('b', { lines: [line('Hi', 0, 0, 40)] });
    expect(texts(a, b)).toEqual(['Hi', 'Thank you']);
  });

  it('keeps all lines of a reader that reads alone', () => {
    expect(texts(member('a', { lines: [line('faint', 0, 0, 100, 0.4)] }), member('objects', {}))).toEqual(['faint']);
  });

  it('orders rows from top to bottom, and pieces from left to right, on a page askew', () => {
    const pieces = [0, 1, 2].flatMap((row) =>
      [0, 1].map((column) => line(`r${row}c${column}`, column * 400, row * 30 + column * 400 * 0.06, 60)),
    );
    expect(texts(member('a', { lines: pieces.toReversed() }))).toEqual(['r0c0 r0c1', 'r1c0 r1c1', 'r2c0 r2c1']);
  });

  it('is less sure of a line that readers disagree about', () => {
    const agreed = mergeVision([member('a', { lines: [line('abcd', 0, 0, 60)] }), member('b', { lines: [line('abcd', 0, 0, 60)] })]);
    const disputed = mergeVision([member('a', { lines: [line('abcd', 0, 0, 60)] }), member('b', { lines: [line('wxyz', 0, 0, 60, 0.8)] })]);
    expect(disputed.lines[0]?.confidence ?? 1).toBeLessThan(agreed.lines[0]?.confidence ?? 0);
  });

  const anyLine = fc.record({
    text: fc.stringMatching(/^[A-Za-z0-9.]{1,8}$/),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    box: fc.record({ x: fc.nat(700), y: fc.nat(700), width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 5, max: 60 }) }),
  });
  const anyMember = fc.record({ weight: fc.constantFrom(0.5, 1, 2), lines: fc.array(anyLine, { maxLength: 12 }) });

  it('says the same whatever the order of the members, within the picture, with confidences from 0 to 1', () => {
    fc.assert(
      fc.property(fc.array(anyMember, { minLength: 1, maxLength: 3 }), (readers) => {
        const members = readers.map(({ weight, lines }, index) => member(`m${index}`, { lines }, weight));
        const merged = mergeVision(members);
        expect(mergeVision(members.toReversed()).lines.map((found) => found.text)).toEqual(merged.lines.map((found) => found.text));
        for (const { box, confidence } of merged.lines) {
          expect(box.x).toBeGreaterThanOrEqual(0);
          expect(box.y).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width).toBeLessThanOrEqual(1000);
          expect(box.y + box.height).toBeLessThanOrEqual(760);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('mergeVision, the rest', () => {
  const cat = (x: number, confidence: number, label = 'cat'): DetectedObject => ({ label, confidence, box: { x, y: 0, width: 100, height: 100 } });

  it('reports a thing once that two models saw, the surer for it', () => {
    const { objects } = mergeVision([member('a', { objects: [cat(0, 0.6)] }), member('b', { objects: [cat(8, 0.7)] })]);
    expect(objects).toHaveLength(1);
    expect(objects[0]?.box.x).toBe(8);
    expect(objects[0]?.confidence).toBeGreaterThan(0.7);
  });

  it('keeps things apart that stand elsewhere or are of another kind', () => {
    const { objects } = mergeVision([member('a', { objects: [cat(0, 0.6)] }), member('b', { objects: [cat(300, 0.7), cat(0, 0.5, 'dog')] })]);
    expect(objects.map((object) => object.label)).toEqual(['cat', 'cat', 'dog']);
  });

  it('takes document and description of the weightiest member that has them', () => {
    const document = { merchant: 'Shop', date: null, total: 1, currency: null, items: [] };
    const merged = mergeVision([
      member('a', { description: 'light' }, 1),
      member('b', { description: 'heavy' }, 3),
      member('c', { document }, 2),
    ]);
    expect(merged).toMatchObject({ description: 'heavy', document });
  });
});
