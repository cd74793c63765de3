/**
 * Vendors across the network, faked: real servers on 127.0.0.1 that speak the vendors' wire format, check what they
 * are sent and misbehave on demand.
 *
 *     const fake = await startFakeOpenAI((request, attempt) => (attempt === 1 ? failsWith(503) : answers('Hello.')));
 *     // a provider with baseUrl: fake.url and apiKey: 'test-key'
 *     fake.behave(withFaults(tokens(60), { kind: 'cut', afterTokens: 40 }));
 *     expect(fake.violations).toEqual([]);   // nothing was sent that the vendor would refuse
 *     await fake.close();
 */
export * from './behaviour.ts';
export { startFakeAnthropic } from './anthropic/fake-anthropic.ts';
export type { FakeVendor, Script } from './fake-vendor.ts';
export { startFakeOpenAI } from './openai/fake-openai.ts';
