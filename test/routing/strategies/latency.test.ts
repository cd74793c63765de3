import { expect, test } from 'vitest';
import { evenHash } from '../../../src/routing/strategies/sticky.ts';
import { Latency } from '../../../src/routing/strategies/latency.ts';

test('follows what is measured', () => {
  const latency = new Latency();
  expect(latency.expectedMs(100, 0)).toBe(0);
  for (let sample = 0; sample < 30; sample++) latency.sample(200, 1_000, 100, 0);
  expect(latency.expectedMs(50, 0)).toBeCloseTo(700, 0);
});

test('what was slow gets another chance after a while', () => {
  const slow = new Latency();
  slow.sample(2_000, 0, 0, 0);
  const fast = new Latency();
  fast.sample(100, 0, 0, 600_000);
  expect(slow.expectedMs(0, 600_000)).toBeLessThan(fast.expectedMs(0, 600_000));
});

test('hashes are even', () => {
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let key = 0; key < 20_000; key++) {
    const bucket = Math.floor(evenHash(`user-${key} openai/gpt-5`) * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (const count of buckets) expect(count / 2_000).toBeCloseTo(1, 0.5);
});
