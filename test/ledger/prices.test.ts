import { calcPrice } from '@pydantic/genai-prices';
import { assert, constantFrom, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_USAGE } from '../../src/canonical/usage.ts';
import { costOf, type PriceSnapshot } from '../../src/canonical/price.ts';
import { ListedPrices, type Prices } from '../../src/ledger/prices.ts';

const prices: Prices = new ListedPrices();

const target = { kind: 'openai', baseUrl: null, targetModel: 'gpt-5', override: null };

describe('the price of a target', () => {
  test('comes from the vendors’ list', () => {
    expect(prices.priceOf(target)).toEqual({ source: 'LIST', input: 1.25, output: 10, cachedInput: 0.125, cacheWrite: 1.25, tiers: [] });
    expect(prices.priceOf({ ...target, kind: 'anthropic', targetModel: 'claude-sonnet-4-5' })).toMatchObject({
      cacheWrite: 3.75,
      tiers: [{ above: 200_000, input: 6, output: 22.5, cachedInput: 0.6, cacheWrite: 7.5 }],
    });
  });

  test('is the config’s own where it has one, also for a model that nobody knows', () => {
    const override = { input: 3, output: 7, cachedInput: 1 };
    expect(prices.priceOf({ ...target, targetModel: 'house-model', override })).toEqual({
      source: 'CONFIG',
      input: 3,
      output: 7,
      cachedInput: 1,
      cacheWrite: 3,
      tiers: [],
    });
  });

  test('is unknown for a model that is not on the list, and its cost is unknown, not zero', () => {
    const price = prices.priceOf({ ...target, targetModel: 'no-such-model' });
    expect(price).toBeNull();
    expect(costOf({ ...NO_USAGE, input: 1_000 }, price)).toEqual({ usd: null });
  });

  test('is unknown on a server that only speaks the vendor’s protocol, and known where the address is a vendor’s', () => {
    expect(prices.priceOf({ ...target, baseUrl: 'http://127.0.0.1:11434/v1' })).toBeNull();
    expect(prices.priceOf({ ...target, baseUrl: 'https://api.openai.com/v1' })).toMatchObject({ input: 1.25 });
  });

  test('is nothing for a local model', () => {
    const price = prices.priceOf({ ...target, kind: 'local', targetModel: 'minilm' });
    expect(costOf({ ...NO_USAGE, input: 1_000, output: 10 }, price)).toEqual({ usd: 0 });
  });
});

describe('the cost of a call', () => {
  const tiers = [{ above: 1_000, input: 4, output: 20, cachedInput: 2, cacheWrite: 8 }];
  const price: PriceSnapshot = { source: 'CONFIG', input: 2, output: 10, cachedInput: 1, cacheWrite: 3, tiers };

  test('counts cached and written tokens at their own price, once', () => {
    const usage = { ...NO_USAGE, input: 100, cachedInput: 50, cacheWrite: 20, output: 10, reasoning: 5 };
    expect(costOf(usage, price)).toEqual({ usd: (30 * 2 + 50 * 1 + 20 * 3 + 10 * 10) / 1_000_000 });
  });

  test('takes the price of a long context for the whole call', () => {
    expect(costOf({ ...NO_USAGE, input: 1_000, output: 1 }, price)).toEqual({ usd: 0.002_01 });
    expect(costOf({ ...NO_USAGE, input: 1_001, output: 1 }, price)).toEqual({ usd: 0.004_024 });
  });

  test('is what the maker of the list computes from it', () => {
    const models = constantFrom(['anthropic', 'claude-sonnet-4-5'], ['anthropic', 'claude-haiku-4-5'], ['openai', 'gpt-5'], ['google', 'gemini-2.5-pro']);
    assert(
      property(models, nat(400_000), nat(100), nat(100_000), ([kind = '', targetModel = ''], input, percent, output) => {
        const cachedInput = Math.floor((input * percent) / 100);
        const price = prices.priceOf({ ...target, kind, targetModel });
        const theirs = calcPrice({ input_tokens: input, cache_read_tokens: cachedInput, output_tokens: output }, targetModel, { providerId: kind });
        expect(costOf({ ...NO_USAGE, input, cachedInput, output }, price).usd).toBeCloseTo(theirs?.total_price ?? -1, 8);
      }),
    );
  });

  test('is never negative nor less for more tokens', () => {
    const tokens = nat(1_000_000);
    assert(
      property(tokens, tokens, tokens, tokens, tokens, (input, cachedInput, cacheWrite, output, more) => {
        const usage = { ...NO_USAGE, input, cachedInput, cacheWrite, output };
        const less = costOf(usage, { ...price, tiers: [] }).usd ?? -1;
        const greater = costOf({ ...usage, input: input + more, output: output + more }, { ...price, tiers: [] }).usd ?? -1;
        expect(less).toBeGreaterThanOrEqual(0);
        expect(greater).toBeGreaterThanOrEqual(less);
      }),
    );
  });
});
