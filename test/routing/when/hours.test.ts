import { expect, test } from 'vitest';
import { isWithin, type Hours } from '../../../src/routing/when/hours.ts';

const at = (text: string): Date => new Date(text);
const hours = (part: Partial<Hours>): Hours => ({ from: 8 * 60, to: 18 * 60, days: null, zone: 'UTC', ...part });

test.each<[string, Hours, string, boolean]>([
  ['its first minute is within', hours({}), '2026-11-24T08:00:00Z', true],
  ['its last is not', hours({}), '2026-11-24T18:00:00Z', false],
  ['the clock of the zone counts', hours({ zone: 'Europe/Berlin' }), '2026-11-24T07:30:00Z', true],
  ['in summer too', hours({ zone: 'Europe/Berlin' }), '2026-07-24T06:30:00Z', true],
  ['the day of the zone counts', hours({ days: ['wed'], zone: 'Asia/Tokyo', from: 0, to: 60 }), '2026-11-24T15:30:00Z', true],
  ['another day does not', hours({ days: ['mon', 'wed'] }), '2026-11-24T12:00:00Z', false],
  ['a night is the evening of its day', hours({ from: 22 * 60, to: 6 * 60, days: ['tue'] }), '2026-11-24T23:00:00Z', true],
  ['and the morning of the next', hours({ from: 22 * 60, to: 6 * 60, days: ['tue'] }), '2026-11-25T05:59:00Z', true],
  ['but not the morning before', hours({ from: 22 * 60, to: 6 * 60, days: ['tue'] }), '2026-11-24T05:59:00Z', false],
  ['the same time twice is a whole day', hours({ from: 0, to: 0 }), '2026-11-24T13:00:00Z', true],
])('%s', (_, part, now, expected) => {
  expect(isWithin(part, at(now))).toBe(expected);
});
