import { createOpenAIProvider } from '../../../src/providers/openai/openai-provider.ts';
import { failsWith, startFakeOpenAI } from '../../faults/index.ts';
import { vendorConformance } from '../conformance.ts';
import { providerContract } from '../contract.ts';

vendorConformance({
  name: 'openai',
  startFake: (script) => startFakeOpenAI(script),
  createProvider: (baseUrl, apiKey) => createOpenAIProvider({ name: 'openai', baseUrl, apiKey }),
  refusals: {
    contextTooLong: failsWith(400, { error: { code: 'context_length_exceeded', message: "This model's maximum context length is 128000 tokens." } }),
    contentRefused: failsWith(400, { error: { code: 'content_filter', message: 'The response was filtered.' } }),
    overloaded: failsWith(503),
    overloadedEvent: { type: 'server_error', message: 'The server is overloaded.' },
  },
});

providerContract({
  name: 'openai',
  models: { CHAT: 'test-model', EMBED: 'test-embedding' },
  open: async () => {
    const fake = await startFakeOpenAI();
    const provider = createOpenAIProvider({ name: 'openai', baseUrl: fake.url, apiKey: 'test-key' });
    return { provider, close: () => fake.close() };
  },
});
