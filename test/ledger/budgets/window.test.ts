import { assert, constantFrom, date, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { BudgetLimit } from '../../../src/ledger/ledger.ts';
import { windowAt } from '../../../src/ledger/budgets/window.ts';

const limit: BudgetLimit = { scope: { kind: 'APP', id: 'shop' }, unit: 'USD', amount: 1, per: 'DAY', window: 'CALENDAR' };
const periods = constantFrom('MINUTE', 'HOUR', 'DAY', 'MONTH');
const times = date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

test.each([
  ['MINUTE', '2026-02-28T23:59:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['HOUR', '2026-02-28T23:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['DAY', '2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['MONTH', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
] as const)('a calendar %s goes from %s to %s', (per, from, to) => {
  const window = windowAt({ ...limit, per }, new Date('2026-02-28T23:59:59.999Z').getTime());
  expect(new Date(window.from).toISOString()).toBe(from);
  expect(new Date(window.resetsAt).toISOString()).toBe(to);
});

test('a calendar window holds its time, and the next begins where it ends', () => {
  assert(
    property(periods, times, (per, time) => {
      const window = windowAt({ ...limit, per }, time.getTime());
      expect(window.from).toBeLessThanOrEqual(time.getTime());
      expect(window.resetsAt).toBeGreaterThan(time.getTime());
      expect(windowAt({ ...limit, per }, window.resetsAt).from).toBe(window.resetsAt);
      expect(windowAt({ ...limit, per }, window.resetsAt - 1).id).toBe(window.id);
    }),
  );
});

test('use counts in a sliding window for its whole length and is then forgotten', () => {
  const lengths = { MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000, MONTH: 30 * 86_400_000 };
  assert(
    property(periods, times, (per, time) => {
      const sliding: BudgetLimit = { ...limit, per, window: 'SLIDING' };
      const used = windowAt(sliding, time.getTime());
      const atTheEnd = windowAt(sliding, time.getTime() + lengths[per]);
      expect(used.bucket).toBeGreaterThanOrEqual(atTheEnd.from);
      expect(windowAt(sliding, used.forgottenAt).from).toBeGreaterThan(used.bucket);
    }),
  );
});
