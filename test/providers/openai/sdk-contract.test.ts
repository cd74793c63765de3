import { AzureOpenAI, OpenAI } from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src/canonical/chat.ts';
import type { OpenAIOptions } from '../../../src/providers/openai/client.ts';
import { createOpenAIProvider } from '../../../src/providers/openai/openai-provider.ts';
import { ask, attempt, chatRequest, system, user, weatherTool } from '../support/requests.ts';
import { Recorder } from '../support/sdk-contract.ts';

let recorder: Recorder;
let url: string;

beforeEach(async () => {
  recorder = new Recorder();
  url = await recorder.start();
});

afterEach(() => recorder.close());

/** The vendor's own SDK, set as the provider is. */
function sdkOf({ apiKey, baseUrl = '', organization = null, project = null, headers, azure }: Partial<Omit<OpenAIOptions, 'organization' | 'project'>> & { organization?: string | null; project?: string | null }): OpenAI {
  const common = { apiKey: apiKey || 'none', organization, project, maxRetries: 0, defaultHeaders: headers, logLevel: 'off' as const };
  if (azure) return new AzureOpenAI({ ...common, apiVersion: azure.apiVersion, baseURL: baseUrl.endsWith('/openai') || baseUrl.includes('/deployments/') ? baseUrl : `${baseUrl}/openai` });
  return new OpenAI({ ...common, baseURL: baseUrl });
}

/** Everything that a chat request can hold, and how a user of the SDK would write it. */
const RICH: [ChatRequest, Omit<ChatCompletionCreateParams, 'stream'>] = [
  chatRequest({
    messages: [system('Be brief.'), user('Grüße? 🎵')],
    maxTokens: 64,
    temperature: 0.5,
    topP: 0.9,
    stop: ['END'],
    seed: 7,
    tools: [weatherTool],
    toolChoice: { type: 'tool', name: 'weather' },
    parallelToolCalls: false,
    effort: 'low',
    user: 'u-1',
    responseFormat: { type: 'jsonSchema', name: 'answer', schema: { type: 'object' }, strict: true },
    extra: { vendor: 'openai', parameters: { service_tier: 'flex' }, elsewhere: 'refuse' },
  }),
  {
    service_tier: 'flex',
    model: 'test-model',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Grüße? 🎵' },
    ],
    temperature: 0.5,
    top_p: 0.9,
    stop: ['END'],
    seed: 7,
    tools: [{ type: 'function', function: { name: 'weather', description: weatherTool.description ?? '', parameters: weatherTool.parameters, strict: true } }],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
    reasoning_effort: 'low',
    user: 'u-1',
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' }, strict: true } },
  },
];

const SETTINGS: [string, string, Partial<OpenAIOptions>][] = [
  ['a key', '/v1', { apiKey: 'sk-1' }],
  ['no key', '/v1', { apiKey: '' }],
  ['organization and project', '/v1', { apiKey: 'sk-1', organization: 'org-1', project: 'proj-1' }],
  ['own headers, one in the place of the key', '/v1/', { apiKey: 'sk-1', headers: { 'X-Team': 'blue', Authorization: 'Basic x', Accept: '*/*' } }],
  ['a base URL without a version', '', { apiKey: 'sk-1' }],
  ['a base URL with a query', '/v1?tenant=a%20b', { apiKey: 'sk-1' }],
  ['Azure', '', { apiKey: 'sk-1', azure: { apiVersion: '2026-01-01' } }],
  ['Azure by its full path', '/openai', { apiKey: 'sk-1', azure: { apiVersion: '2026-01-01' } }],
  ['Azure with the deployment in the URL', '/openai/deployments/mine', { apiKey: 'sk-1', azure: { apiVersion: '2026-01-01' } }],
];

test.each(SETTINGS)('a chat and an embedding go out as the SDK would send them: %s', async (_name, path, options) => {
  const settings = { ...options, baseUrl: url + path };
  const provider = createOpenAIProvider({ name: 'openai', apiKey: '', ...settings });
  const sdk = sdkOf(settings);
  const [request, written] = RICH;
  const params = options.azure === undefined ? { ...written, max_tokens: 64 } : { ...written, max_completion_tokens: 64 };
  try {
    await expect(ask(provider, request, false)).rejects.toMatchObject({ kind: 'server' });
    await expect(sdk.chat.completions.create({ ...params, stream: false })).rejects.toThrow(/500/);
    await expect(ask(provider, request, true)).rejects.toMatchObject({ kind: 'server' });
    await expect(sdk.chat.completions.create({ ...params, stream: true, stream_options: { include_usage: true } })).rejects.toThrow(/500/);
    await expect(provider.operations.EMBED?.({ texts: ['a', 'ü'], dimensions: 8 }, attempt())).rejects.toMatchObject({ kind: 'server' });
    await expect(sdk.embeddings.create({ model: 'test-model', input: ['a', 'ü'], dimensions: 8, encoding_format: 'base64' })).rejects.toThrow(/500/);
  } finally {
    await provider.close();
  }
  // Each once: neither tries again.
  const [chat, sdkChat, streamed, sdkStreamed, embedded, sdkEmbedded, ...more] = recorder.sent;
  expect(chat).toEqual(sdkChat);
  expect(streamed).toEqual(sdkStreamed);
  expect(embedded).toEqual(sdkEmbedded);
  expect([more, chat?.method]).toEqual([[], 'POST']);
});

test('a deployment whose name needs escapes is one segment of the path', async () => {
  const settings = { apiKey: 'sk-1', baseUrl: url, azure: { apiVersion: '2026-01-01' } };
  const provider = createOpenAIProvider({ name: 'azure', ...settings });
  const model = 'a/b ü:c';
  await expect(Array.fromAsync(provider.operations.CHAT?.(chatRequest(), { targetModel: model, stream: false, signal: AbortSignal.timeout(15_000) }) ?? [])).rejects.toMatchObject({ kind: 'server' });
  await expect(sdkOf(settings).chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello?' }] })).rejects.toThrow(/500/);
  await provider.close();
  expect(recorder.sent[0]?.path).toBe(recorder.sent[1]?.path);
});
