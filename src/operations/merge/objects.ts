import type { Box, DetectedObject } from '../../canonical/results.ts';

/** Boxes of one label that share more than this part of their common area are the same thing. */
const SAME = 0.5;

export interface ObjectReader {
  /** Above 0. */
  weight: number;
  objects: readonly DetectedObject[];
}

/**
 * Merges what several models found: of boxes with the same label on the same place the surest stays (non-maximum
 * suppression), a thing that several saw is the surer for it. Strongest first; the order of the readers is no matter.
 */
export function mergeObjects(readers: readonly ObjectReader[]): DetectedObject[] {
  const heaviest = Math.max(0, ...readers.map((reader) => reader.weight));
  const found = readers
    .flatMap(({ weight, objects }, reader) => objects.map((object) => ({ object, reader, strength: (weight / heaviest) * object.confidence })))
    .sort((a, b) => b.strength - a.strength || a.object.box.x - b.object.box.x || a.object.box.y - b.object.box.y);
  const kept: { object: DetectedObject; readers: Set<number>; doubt: number }[] = [];
  for (const { object, reader, strength } of found) {
    const same = kept.find((other) => other.object.label.toLowerCase() === object.label.toLowerCase() && iou(other.object.box, object.box) > SAME);
    if (same === undefined) {
      kept.push({ object, readers: new Set([reader]), doubt: 1 - object.confidence });
    } else if (!same.readers.has(reader)) {
      same.readers.add(reader);
      same.doubt *= 1 - strength / 2;
    }
  }
  return kept
    .map(({ object, doubt }) => ({ ...object, confidence: Math.min(1, Math.max(0, 1 - doubt)) }))
    .sort((a, b) => b.confidence - a.confidence);
}

/** Intersection over union, 0 to 1. */
function iou(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
