import { Anthropic } from '@anthropic-ai/sdk';
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src/canonical/chat.ts';
import { createAnthropicProvider } from '../../../src/providers/anthropic/anthropic-provider.ts';
import { ask, chatRequest, system, user, weatherTool } from '../support/requests.ts';
import { Recorder } from '../support/sdk-contract.ts';

let recorder: Recorder;
let url: string;

beforeEach(async () => {
  recorder = new Recorder();
  url = await recorder.start();
});

afterEach(() => recorder.close());

/** What a chat request can hold, and how a user of the SDK would write it. */
const RICH: [ChatRequest, Omit<MessageCreateParams, 'stream'>] = [
  chatRequest({
    messages: [system('Be brief.'), user('Grüße? 🎵')],
    maxTokens: 64,
    stop: ['END'],
    tools: [weatherTool],
    toolChoice: { type: 'tool', name: 'weather' },
    user: 'u-1',
    extra: { vendor: 'anthropic', parameters: { service_tier: 'standard_only' }, elsewhere: 'refuse' },
  }),
  {
    service_tier: 'standard_only',
    model: 'test-model',
    max_tokens: 64,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Grüße? 🎵' }] }],
    system: [{ type: 'text', text: 'Be brief.' }],
    stop_sequences: ['END'],
    tools: [{ name: 'weather', input_schema: { ...weatherTool.parameters, type: 'object' }, description: weatherTool.description ?? '', strict: true }],
    tool_choice: { type: 'tool', name: 'weather' },
    metadata: { user_id: 'u-1' },
  },
];

test.each<[string, string, Record<string, string>]>([
  ['as it comes', '', {}],
  ['a base URL with its version', '/v1', {}],
  ['a server below a path', '/proxy/', {}],
  ['another version of the API, and a beta', '', { 'Anthropic-Version': '2023-06-01', 'anthropic-beta': 'files-api-2025-04-14,fine-grained' }],
  ['the key by another header', '', { 'x-api-key': 'other', Authorization: 'Basic x' }],
])('a chat goes out as the SDK would send it: %s', async (_name, path, headers) => {
  const provider = createAnthropicProvider({ name: 'anthropic', apiKey: 'sk-ant-1', baseUrl: url + path, headers });
  const sdk = new Anthropic({ apiKey: 'sk-ant-1', authToken: null, baseURL: (url + path).replace(/\/+$/, '').replace(/\/v1$/, ''), maxRetries: 0, defaultHeaders: headers, logLevel: 'off' });
  const [request, written] = RICH;
  try {
    await expect(ask(provider, request, false)).rejects.toMatchObject({ kind: 'server' });
    await expect(sdk.messages.create({ ...written, stream: false })).rejects.toThrow(/500/);
    await expect(ask(provider, request, true)).rejects.toMatchObject({ kind: 'server' });
    await expect(sdk.messages.create({ ...written, stream: true })).rejects.toThrow(/500/);
  } finally {
    await provider.close();
  }
  // Each once: neither tries again.
  const [whole, sdkWhole, streamed, sdkStreamed, ...more] = recorder.sent;
  expect(whole).toEqual(sdkWhole);
  expect(streamed).toEqual(sdkStreamed);
  expect([more, whole?.method, whole?.headers['anthropic-version']]).toEqual([[], 'POST', headers['Anthropic-Version'] ?? '2026-10-21']);
});
