import { describe, expect, it } from 'vitest';
import { cropInto, type Normalisation, toPlanes } from '../../../../src/providers/local/vision/planes.ts';

const PLAIN: Normalisation = { order: 'RGB', mean: [0, 0, 0], deviation: [1 / 255, 1 / 255, 1 / 255] };

/** A picture whose red channel is the column and whose green channel is the row, times ten. */
function ramp(width: number, height: number): { data: Uint8Array; width: number; height: number } {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set([x * 10, y * 10, 7], 3 * (y * width + x));
  }
  return { data, width, height };
}

function round(values: Iterable<number>): number[] {
  return [...values].map((value) => Math.round(value * 100) / 100);
}

describe('toPlanes', () => {
  it('keeps a picture of the right size as it is, channel by channel', () => {
    const { data } = toPlanes(ramp(2, 2), 2, 2, PLAIN);
    expect(round(data)).toEqual([0, 10, 0, 10, 0, 0, 10, 10, 7, 7, 7, 7]);
  });

  it('means what it makes smaller', () => {
    const { data } = toPlanes(ramp(4, 2), 2, 1, PLAIN);
    expect(round(data)).toEqual([5, 25, 5, 5, 7, 7]);
  });

  it('turns the order of the channels and normalises each', () => {
    const image = { data: Uint8Array.of(255, 0, 51), width: 1, height: 1 };
    const { data } = toPlanes(image, 1, 1, { order: 'BGR', mean: [0.5, 0.5, 0], deviation: [0.5, 0.25, 1] });
    expect(round(data)).toEqual([0.2, -2, 1]);
  });
});

describe('cropInto', () => {
  it('cuts a rectangle out', () => {
    const data = new Float32Array(3 * 2);
    const rect = { centre: { x: 3, y: 1.5 }, along: { x: 1, y: 0 }, width: 2, height: 1 };
    cropInto(ramp(6, 4), rect, data, { width: 2, height: 1, stride: 2, plane: 2, offset: 0 }, { turned: false, normalisation: PLAIN });
    expect(round(data)).toEqual([20, 30, 10, 10, 7, 7]);
  });

  it('reads text that runs upwards from its foot to its head', () => {
    const data = new Float32Array(3 * 3);
    const rect = { centre: { x: 2.5, y: 1.5 }, along: { x: 1, y: 0 }, width: 1, height: 3 };
    cropInto(ramp(6, 4), rect, data, { width: 3, height: 1, stride: 3, plane: 3, offset: 0 }, { turned: true, normalisation: PLAIN });
    expect(round(data.subarray(0, 6))).toEqual([20, 20, 20, 20, 10, 0]);
  });
});
