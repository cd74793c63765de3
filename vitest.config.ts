import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // graphql ships CommonJS and ESM side by side; loaded as both, its instanceof checks fail.
    alias: [
      // The suite of Apollo Server is written for Jest.
      { find: '@jest/globals', replacement: fileURLToPath(new URL('./test/conformance/jest-globals.ts', import.meta.url)) },
      { find: /^graphql$/, replacement: fileURLToPath(new URL('./node_modules/graphql/index.js', import.meta.url)) },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // It imports folders, which Node itself does not.
    server: { deps: { inline: [/@apollo\/(client|server-integration-testsuite)/] } },
    // A shared machine stalls now and then; here at home a test that fails once has failed.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is polled for comes at once on a quiet machine, and late on a busy one.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    // Two cores, and local models that use both: files one after the other are faster than side by side.
    maxWorkers: 2,
  },
});
