import { describe, expect, it } from 'vitest';
import { decodeObjects, type DetectorMaps } from '../../../../../src/providers/local/vision/objects/decode.ts';

const SIDE = 8;
const CELLS = SIDE * SIDE;
const LABELS = ['cat', 'dog'];

/** Maps with a peak for each entry: kind, cell, how sure, and the four edges in pixels of the input. */
function maps(...peaks: { kind: number; x: number; y: number; confidence: number; edge?: number }[]): DetectorMaps {
  const centres = new Float32Array(LABELS.length * CELLS);
  const edges = new Float32Array(4 * CELLS);
  for (const { kind, x, y, confidence, edge = 8 } of peaks) {
    centres[kind * CELLS + y * SIDE + x] = confidence;
    for (let side = 0; side < 4; side += 1) edges[side * CELLS + y * SIDE + x] = edge;
  }
  return { centres, edges, side: SIDE, stride: 4 };
}

describe('decodeObjects', () => {
  it('puts a box around a centre, as parts of the picture', () => {
    const [object] = decodeObjects(maps({ kind: 1, x: 4, y: 4, confidence: 0.75 }), LABELS, 0.3);
    expect(object).toEqual({ label: 'dog', confidence: 0.75, box: { x: 0.25, y: 0.25, width: 0.5, height: 0.5 } });
  });

  it('reports the strongest first and leaves out what is not sure', () => {
    const found = decodeObjects(maps({ kind: 0, x: 1, y: 1, confidence: 0.4 }, { kind: 1, x: 6, y: 6, confidence: 0.9 }, { kind: 0, x: 6, y: 1, confidence: 0.2 }), LABELS, 0.3);
    expect(found.map((object) => object.label)).toEqual(['dog', 'cat']);
  });

  it('sees one thing where neighbouring cells both see its centre', () => {
    expect(decodeObjects(maps({ kind: 0, x: 4, y: 4, confidence: 0.8 }, { kind: 0, x: 5, y: 4, confidence: 0.7 }), LABELS, 0.3)).toHaveLength(1);
    expect(decodeObjects(maps({ kind: 0, x: 4, y: 4, confidence: 0.8, edge: 16 }, { kind: 0, x: 6, y: 4, confidence: 0.7, edge: 16 }), LABELS, 0.3)).toHaveLength(1);
  });

  it('keeps boxes within the picture', () => {
    const [object] = decodeObjects(maps({ kind: 0, x: 0, y: 7, confidence: 0.8, edge: 100 }), LABELS, 0.3);
    expect(object?.box).toEqual({ x: 0, y: 0, width: 1, height: 1 });
  });
});
