import { describe, expect, it } from 'vitest';
import { findRegions } from '../../../../../src/providers/local/vision/paddle/detect.ts';
import { uprightBox } from '../../../../../src/providers/local/vision/geometry.ts';

const [WIDTH, HEIGHT] = [200, 120];

/** A map with a bar of probability 0.9: around the centre, `length` by `thickness` pixels, turned by an angle in radians. */
function bar(angle: number, length = 100, thickness = 10, probability = 0.9): Float32Array {
  const map = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const along = (x + 0.5 - 100) * Math.cos(angle) + (y + 0.5 - 60) * Math.sin(angle);
      const across = -(x + 0.5 - 100) * Math.sin(angle) + (y + 0.5 - 60) * Math.cos(angle);
      if (Math.abs(along) <= length / 2 && Math.abs(across) <= thickness / 2) map[y * WIDTH + x] = probability;
    }
  }
  return map;
}

describe('findRegions', () => {
  it.each([-20, -5, 0, 5, 20])('finds a line that lies askew by %i degrees, and its direction', (degrees) => {
    const [rect, ...others] = findRegions(bar((degrees * Math.PI) / 180), WIDTH, HEIGHT);
    expect(others).toEqual([]);
    expect(rect?.centre.x).toBeCloseTo(100, 0);
    expect(rect?.centre.y).toBeCloseTo(60, 0);
    const angle = (Math.atan2(rect?.along.y ?? 9, rect?.along.x ?? 9) * 180) / Math.PI;
    expect(Math.abs(angle - degrees)).toBeLessThan(1.5);
    // The detector sees lines shrunk; they are given back more than was seen, on all sides alike.
    const grown = (rect?.width ?? 0) - 100;
    expect(grown).toBeGreaterThan(8);
    expect(grown).toBeLessThan(24);
    expect(Math.abs((rect?.height ?? 0) - 10 - grown)).toBeLessThan(3);
  });

  it('finds each of several lines', () => {
    const map = bar(0, 60, 6);
    for (let x = 20; x < 180; x += 1) for (let y = 100; y < 108; y += 1) map[y * WIDTH + x] = 0.8;
    expect(findRegions(map, WIDTH, HEIGHT)).toHaveLength(2);
  });

  it('takes no speck and no faint shadow for a line', () => {
    expect(findRegions(bar(0, 2, 2), WIDTH, HEIGHT)).toEqual([]);
    expect(findRegions(bar(0, 100, 10, 0.35), WIDTH, HEIGHT)).toEqual([]);
  });

  it('stays bounded on a map of noise', () => {
    const noise = Float32Array.from({ length: WIDTH * HEIGHT }, (_, index) => (index * 7919) % 13 / 13);
    expect(findRegions(noise, WIDTH, HEIGHT).length).toBeLessThanOrEqual(1_000);
  });
});

describe('uprightBox', () => {
  it('cuts a box at the edges of the picture', () => {
    const rect = { centre: { x: 5, y: 5 }, along: { x: 1, y: 0 }, width: 40, height: 20 };
    expect(uprightBox(rect, { width: 20, height: 12 })).toEqual({ x: 0, y: 0, width: 20, height: 12 });
  });
});
