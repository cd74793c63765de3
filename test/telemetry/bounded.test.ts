import { expect, test } from 'vitest';
import { BoundedLabel } from '../../src/telemetry/metrics/bounded.ts';

test('a label has at most so many values, and keeps those that it had first', () => {
  const label = new BoundedLabel(2);
  expect(['a', 'b', 'c', 'a', 'd', null].map((value) => label.value(value))).toEqual(['a', 'b', 'other', 'a', 'other', 'none']);
});
