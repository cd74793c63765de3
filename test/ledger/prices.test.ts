import { calcPrice } from '@pydantic/genai-prices';
import { assert, constantFrom, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_USAGE } from '../../src/canonical/usage.ts';
import { costAt, costOf, type PriceSnapshot } from '../../src/canonical/price.ts';
import { ListedPrices, type Prices } from '../../src/ledger/prices.ts';

const prices: Prices = new ListedPrices();

const target = { kind: 'openai', baseUrl: null, targetModel: 'gpt-5', override: null };

describe('the price of a target', () => {
  test('comes from the vendors’ list', () => {
    expect(prices.priceOf(target)).toEqual({
      usual: { source: 'LIST', input: 1.25, output: 10, cachedInput: 0.125, cacheWrite: 1.25, audioInput: 1.25, audioOutput: 10, imageInput: 1.25, tiers: [] },
      serviceTiers: {},
    });
    expect(prices.priceOf({ ...target, targetModel: 'gpt-realtime' })?.usual).toMatchObject({ input: 4, audioInput: 32, audioOutput: 64, imageInput: 5 });
    expect(prices.priceOf({ ...target, kind: 'anthropic', targetModel: 'claude-sonnet-4-5' })?.usual).toMatchObject({
      cacheWrite: 3.75,
      tiers: [{ above: 200_000, input: 6, output: 22.5, cachedInput: 0.6, cacheWrite: 7.5 }],
    });
  });

  test('is the config’s own where it has one, also for a model that nobody knows', () => {
    const override = {
      input: 3,
      output: 7,
      cachedInput: 1,
      audioOutput: 50,
      longContext: [{ above: 5_000, input: 9, output: 9 }, { above: 1_000, input: 6, output: 7 }],
      serviceTiers: { flex: { input: 1.5, output: 3.5 } },
    };
    const flex = { input: 1.5, output: 3.5, cachedInput: 1.5, cacheWrite: 1.5, audioInput: 1.5, audioOutput: 3.5, imageInput: 1.5 };
    expect(prices.priceOf({ ...target, targetModel: 'house-model', override })).toEqual({
      usual: {
        source: 'CONFIG',
        input: 3,
        output: 7,
        cachedInput: 1,
        cacheWrite: 3,
        audioInput: 3,
        audioOutput: 50,
        imageInput: 3,
        tiers: [
          { above: 1_000, input: 6, output: 7, cachedInput: 6, cacheWrite: 6, audioInput: 6, audioOutput: 7, imageInput: 6 },
          { above: 5_000, input: 9, output: 9, cachedInput: 9, cacheWrite: 9, audioInput: 9, audioOutput: 9, imageInput: 9 },
        ],
      },
      serviceTiers: { flex: { source: 'CONFIG', ...flex, tiers: [], serviceTier: 'flex' } },
    });
  });

  test('of another service tier is its own, and unknown where the config has none; that of this machine is nothing', () => {
    const override = { input: 2, output: 4, serviceTiers: { flex: { input: 1, output: 2 } } };
    const price = prices.priceOf({ ...target, override });
    const cost = (serviceTier?: string) => costAt({ ...NO_USAGE, input: 1_000_000, ...(serviceTier !== undefined && { serviceTier }) }, price).usd;
    expect([cost(), cost('default'), cost('auto'), cost('flex'), cost('batch'), cost('toString')]).toEqual([2, 2, 2, 1, null, null]);
    expect(costAt({ ...NO_USAGE, input: 1, serviceTier: 'flex' }, prices.priceOf(target)).usd).toBeNull();
    expect(costAt({ ...NO_USAGE, input: 1, serviceTier: 'flex' }, prices.priceOf({ ...target, kind: 'local' })).usd).toBe(0);
  });

  test('is unknown for a model that is not on the list, and its cost is unknown, not zero', () => {
    const price = prices.priceOf({ ...target, targetModel: 'no-such-model' });
    expect(price).toBeNull();
    expect(costAt({ ...NO_USAGE, input: 1_000 }, price)).toEqual({ usd: null });
  });

  test('is unknown on a server that only speaks the vendor’s protocol, and known where the address is a vendor’s', () => {
    expect(prices.priceOf({ ...target, baseUrl: 'http://127.0.0.1:11434/v1' })).toBeNull();
    expect(prices.priceOf({ ...target, baseUrl: 'https://api.openai.com/v1' })?.usual).toMatchObject({ input: 1.25 });
  });

  test('is nothing for a local model', () => {
    const price = prices.priceOf({ ...target, kind: 'local', targetModel: 'minilm' });
    expect(costAt({ ...NO_USAGE, input: 1_000, output: 10 }, price)).toEqual({ usd: 0 });
  });
});

describe('the cost of a call', () => {
  const tiers = [{ above: 1_000, input: 4, output: 20, cachedInput: 2, cacheWrite: 8, audioInput: 40, audioOutput: 200, imageInput: 5 }];
  const price: PriceSnapshot = { source: 'CONFIG', input: 2, output: 10, cachedInput: 1, cacheWrite: 3, audioInput: 20, audioOutput: 100, imageInput: 4, tiers };

  test('counts cached and written tokens at their own price, once', () => {
    const usage = { ...NO_USAGE, input: 100, cachedInput: 50, cacheWrite: 20, output: 10, reasoning: 5 };
    expect(costOf(usage, price)).toEqual({ usd: (30 * 2 + 50 * 1 + 20 * 3 + 10 * 10) / 1_000_000 });
  });

  test('counts sounds and pictures at theirs, and those that came from the cache only there', () => {
    const usage = { ...NO_USAGE, input: 100, cachedInput: 50, audioInput: 30, imageInput: 10, output: 10, audioOutput: 4 };
    expect(costOf(usage, price)).toEqual({ usd: (50 * 1 + 30 * 20 + 10 * 4 + 10 * 2 + 6 * 10 + 4 * 100) / 1_000_000 });
    expect(costOf({ ...usage, cachedInput: 90, output: 0, audioOutput: 0 }, price)).toEqual({ usd: (90 * 1 + 10 * 20) / 1_000_000 });
  });

  test('takes the price of a long context for the whole call', () => {
    expect(costOf({ ...NO_USAGE, input: 1_000, output: 1 }, price)).toEqual({ usd: 0.002_01 });
    expect(costOf({ ...NO_USAGE, input: 1_001, output: 1 }, price)).toEqual({ usd: 0.004_024 });
  });

  test('is what the maker of the list computes from it', () => {
    const models = constantFrom(
      ['anthropic', 'claude-sonnet-4-5'],
      ['anthropic', 'claude-haiku-4-5'],
      ['openai', 'gpt-5'],
      ['openai', 'gpt-realtime'],
      ['google', 'gemini-2.5-pro'],
      ['google', 'gemini-2.5-flash'],
    );
    assert(
      property(models, nat(400_000), nat(50), nat(50), nat(100_000), ([kind = '', targetModel = ''], input, cached, sound, output) => {
        const cachedInput = Math.floor((input * cached) / 100);
        const [audioInput, audioOutput] = [Math.floor((input * sound) / 100), Math.floor((output * sound) / 100)];
        const price = prices.priceOf({ ...target, kind, targetModel });
        const counted = { input_tokens: input, cache_read_tokens: cachedInput, output_tokens: output, input_audio_tokens: audioInput, cache_audio_read_tokens: 0, output_audio_tokens: audioOutput };
        const theirs = calcPrice(counted, targetModel, { providerId: kind });
        expect(costAt({ ...NO_USAGE, input, cachedInput, output, audioInput, audioOutput }, price).usd).toBeCloseTo(theirs?.total_price ?? -1, 8);
      }),
    );
  });

  test('is never negative nor less for more tokens', () => {
    const tokens = nat(1_000_000);
    assert(
      property(tokens, tokens, tokens, tokens, tokens, tokens, (input, cachedInput, cacheWrite, output, audio, more) => {
        const usage = { ...NO_USAGE, input, cachedInput, cacheWrite, output, audioInput: audio, audioOutput: audio, imageInput: audio };
        const less = costOf(usage, { ...price, tiers: [] }).usd ?? -1;
        const greater = costOf({ ...usage, input: input + more, output: output + more }, { ...price, tiers: [] }).usd ?? -1;
        expect(less).toBeGreaterThanOrEqual(0);
        expect(greater).toBeGreaterThanOrEqual(less);
      }),
    );
  });
});
