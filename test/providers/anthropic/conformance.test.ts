import { createAnthropicProvider } from '../../../src/providers/anthropic/anthropic-provider.ts';
import { failsWith, startFakeAnthropic } from '../../faults/index.ts';
import { vendorConformance } from '../conformance.ts';
import { providerContract } from '../contract.ts';

vendorConformance({
  name: 'anthropic',
  startFake: (script) => startFakeAnthropic(script),
  createProvider: (baseUrl, apiKey) => createAnthropicProvider({ name: 'anthropic', baseUrl, apiKey }),
  refusals: {
    contextTooLong: failsWith(400, { error: { message: 'prompt is too long: 208310 tokens > 200000 maximum' } }),
    contentRefused: failsWith(400, { error: { message: 'Output blocked by content filtering policy' } }),
    overloaded: failsWith(529),
    overloadedEvent: { type: 'overloaded_error', message: 'Overloaded' },
  },
});

providerContract({
  name: 'anthropic',
  models: { CHAT: 'test-model' },
  open: async () => {
    const fake = await startFakeAnthropic();
    const provider = createAnthropicProvider({ name: 'anthropic', baseUrl: fake.url, apiKey: 'test-key' });
    return { provider, close: () => fake.close() };
  },
});
