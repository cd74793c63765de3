import type { FakeVendor } from '../../faults/index.ts';

/** A red pixel, PNG. */
export const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

/** Models that keep their answers, and one that does not. */
export function config(vendor: Pick<FakeVendor, 'url'>, cache: Record<string, unknown> = { ttl: '10m' }): Record<string, unknown> {
  const target = { provider: 'vendor', model: 'gpt-test', price: { input: 1, output: 2 } };
  const chat = { operation: 'chat', route: { retries: 0 } };
  return {
    providers: { vendor: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url }, local: { kind: 'local' } },
    models: {
      kept: { ...chat, cache, targets: [target] },
      counted: { ...chat, cache, targets: [target] },
      plain: { ...chat, targets: [target] },
      tiers: { ...chat, cache, targets: [{ ...target, when: { metadata: { tier: ['gold'] } } }, { ...target, model: 'gpt-small' }] },
      mood: { operation: 'sentiment', cache, ensemble: { of: [{ provider: 'local', model: 'lexicon', weight: 2 }] } },
      vectors: { operation: 'embed', cache, targets: [{ ...target, model: 'text-embedding-test', price: { input: 1, output: 0 } }] },
      eyes: { operation: 'vision', cache, targets: [target] },
    },
    policies: { default: { scopes: ['*'], mask: ['EMAIL'], maskImages: false } },
  };
}
