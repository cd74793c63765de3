import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../src/providers/http/retry-after.ts';

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);

test.each<[Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1_500],
  [{ 'retry-after': 'Tue, 24 Nov 2026 10:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Tue, 24 Nov 2026 09:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after-ms': 'NaN', 'retry-after': '9' }, 9_000],
])('%o is %s ms', (headers, expected) => {
  expect(retryAfterMs(headers, NOW)).toBe(expected);
});
