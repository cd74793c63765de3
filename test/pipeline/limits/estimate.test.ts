import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOf, type PriceSnapshot } from '../../../src/canonical/price.ts';
import { NO_USAGE } from '../../../src/canonical/usage.ts';
import { mostOf } from '../../../src/pipeline/limits/estimate.ts';
import type { RoutedModel, Target } from '../../../src/routing/target.ts';

const rate = fc.double({ min: 0, max: 100, noNaN: true });
const price: fc.Arbitrary<PriceSnapshot> = fc.record({ source: fc.constant('CONFIG' as const), input: rate, output: rate, cachedInput: rate, cacheWrite: rate, audioInput: rate, audioOutput: rate, imageInput: rate, tiers: fc.constant([]) });

/** A model of targets of which only the prices and bounds are known. */
function modelOf(prices: readonly (PriceSnapshot | null)[], more: Partial<Pick<Extract<RoutedModel, { kind: 'route' }>, 'strategy' | 'hedgeMs'>> = {}): RoutedModel {
  const targets = prices.map((one) => ({ provider: {}, price: one === null ? null : { usual: one, serviceTiers: {} }, serviceTier: null, maxOutputTokens: null }) as unknown as Target);
  return { kind: 'route', strategy: 'priority', hedgeMs: null, targets, ...more } as unknown as RoutedModel;
}

test('the most that a call can cost is no less than what it costs at any of its targets, cached or not', () => {
  fc.assert(
    fc.property(fc.array(price, { minLength: 1, maxLength: 4 }), fc.nat(100_000), fc.nat(10_000), fc.nat(100), fc.nat(100), (prices, input, maxOutput, outputShare, cacheShare) => {
      const { usd, tokens } = mostOf(modelOf(prices), { input, maxOutput });
      for (const one of prices) {
        const usage = { ...NO_USAGE, input, output: Math.floor((maxOutput * outputShare) / 100), cacheWrite: Math.floor((input * cacheShare) / 100) };
        expect(usd ?? 0).toBeGreaterThanOrEqual((costOf(usage, one).usd ?? 0) - 2e-9);
        expect(tokens).toBeGreaterThanOrEqual(usage.input + usage.output);
      }
    }),
  );
});

const flat = (usd: number): PriceSnapshot => {
  const rate = usd * 1_000_000;
  return { source: 'CONFIG', input: rate, output: 0, cachedInput: 0, cacheWrite: rate, audioInput: rate, audioOutput: 0, imageInput: rate, tiers: [] };
};

test('targets that are asked at once are paid at once', () => {
  const prices = [flat(1), flat(2), flat(4)];
  const size = { input: 1, maxOutput: 0 };
  expect(mostOf(modelOf(prices), size)).toEqual({ usd: 4, tokens: 1, requests: 1 });
  expect(mostOf(modelOf(prices, { hedgeMs: 100 }), size)).toEqual({ usd: 6, tokens: 2, requests: 1 });
  expect(mostOf(modelOf(prices, { strategy: 'race' }), size)).toEqual({ usd: 7, tokens: 3, requests: 1 });
  expect(mostOf({ ...modelOf(prices), kind: 'ensemble' } as RoutedModel, size)).toEqual({ usd: 7, tokens: 3, requests: 1 });
});

test('what has no price stays unknown, unless another target has one', () => {
  expect(mostOf(modelOf([null]), { input: 1, maxOutput: 1 }).usd).toBeNull();
  expect(mostOf(modelOf([null, flat(2)]), { input: 1, maxOutput: 1 }).usd).toBe(2);
});

test('an answer that nothing bounds is taken for 4,096 tokens, and one of a smaller target for less', () => {
  expect(mostOf(modelOf([flat(0)]), { input: 10, maxOutput: null }).tokens).toBe(4_106);
  const small = modelOf([flat(0)]);
  Object.assign(small.targets[0] ?? {}, { maxOutputTokens: 100 });
  expect(mostOf(small, { input: 10, maxOutput: null }).tokens).toBe(110);
  expect(mostOf(small, { input: 10, maxOutput: 1_000 }).tokens).toBe(110);
});
