export * from './behaviour.ts';
export { startFakeAnthropic } from './anthropic/fake-anthropic.ts';
export type { FakeVendor, Script } from './fake-vendor.ts';
export { startFakeOpenAI } from './openai/fake-openai.ts';
