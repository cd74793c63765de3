import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, rateBackoffMs } from '../../../src/routing/attempts/backoff.ts';
import { RetryBudget } from '../../../src/routing/attempts/retry-budget.ts';

const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('however the dice fall, a target that limits the rate gets at most 4 requests in its first 3 s', () => {
  fc.assert(
    fc.property(fc.array(dice, { minLength: 5, maxLength: 5 }), (throws) => {
      let now = 0;
      const times = [0, ...throws.map((thrown, retry) => (now += rateBackoffMs(retry, () => thrown)))];
      expect(times.filter((time) => time < 3_000).length).toBeLessThanOrEqual(4);
    }),
  );
});

test('waits are bounded', () => {
  fc.assert(
    fc.property(fc.nat(1_000), dice, (retry, thrown) => {
      expect(backoffMs(retry, () => thrown)).toBeLessThanOrEqual(2_000);
      expect(rateBackoffMs(retry, () => thrown)).toBeLessThanOrEqual(8_000);
    }),
  );
});

test('retries are a share of the calls, and a few more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.array(fc.boolean(), { maxLength: 400 }), (tenths, calls) => {
      const budget = new RetryBudget(tenths / 10);
      let asked = 0;
      let retried = 0;
      for (const call of calls) {
        if (call) {
          budget.deposit();
          asked++;
        } else if (budget.withdraw()) retried++;
      }
      expect(retried).toBeLessThanOrEqual(10 + (asked * tenths) / 10 + 1e-6);
    }),
  );
});
