import { afterEach, describe, expect, test } from 'vitest';
import { createOpenAIProvider } from '../../../src/providers/openai/openai-provider.ts';
import type { OpenAIOptions } from '../../../src/providers/openai/client.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { answers, failsWith, startFakeOpenAI, type FakeVendor, type PartialBehaviour, type Script } from '../../faults/index.ts';
import { ask, chatRequest, gather, user } from '../support/requests.ts';

let fake: FakeVendor;
let provider: Provider;

async function start(script?: Script | PartialBehaviour, options: Partial<OpenAIOptions> = {}): Promise<void> {
  const { azure } = options;
  fake = await startFakeOpenAI(script, azure ? { azure } : {});
  provider = createOpenAIProvider({ name: 'openai', baseUrl: fake.url, apiKey: 'test-key', ...options });
}

afterEach(async () => {
  await provider.close();
  await fake.close();
});

const bodies = () => fake.requests.map((request) => request.body);

function refuses(parameter: string): Script {
  return (request) =>
    parameter in request.body
      ? failsWith(400, { error: { code: 'unsupported_parameter', param: parameter, message: `Unsupported parameter: '${parameter}' is not supported with this model.` } })
      : answers('Fine.');
}

test('the vendor itself takes 4 texts of `stop`; what another server takes it says by itself', async () => {
  const stop = ['a', 'b', 'c', 'd', 'e'];
  await start({}, { azure: { apiVersion: '2026-01-01' } });
  await expect(ask(provider, chatRequest({ stop }), false)).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('4 texts in `stop`') as unknown });
  expect(bodies()).toEqual([]);
  await provider.close();
  await fake.close();

  await start();
  await ask(provider, chatRequest({ stop }), false).catch(() => {});
  expect(bodies()).toMatchObject([{ stop }]);
});

describe('the limit of tokens', () => {
  test('has its old name at compatible servers and its new one at Azure', async () => {
    await start();
    await ask(provider, chatRequest({ maxTokens: 5 }), false);
    expect(bodies()).toMatchObject([{ max_tokens: 5 }]);
    await provider.close();
    await fake.close();

    await start({}, { azure: { apiVersion: '2026-01-01' } });
    await ask(provider, chatRequest({ maxTokens: 5 }), false);
    expect(bodies()).toMatchObject([{ max_completion_tokens: 5 }]);
    expect(fake.violations).toEqual([]);
  });

  test.each([false, true])('gets its other name once a model has refused the first (streamed: %s)', async (stream) => {
    await start(refuses('max_tokens'));
    for (let call = 0; call < 3; call++) {
      expect(gather(await ask(provider, chatRequest({ maxTokens: 5 }), stream))).toMatchObject({ text: 'Fine.', warnings: [] });
    }
    // One refusal, one lesson, and it is kept.
    expect(bodies().map((body) => Object.keys(body).filter((name) => name.startsWith('max_')))).toEqual([
      ['max_tokens'],
      ['max_completion_tokens'],
      ['max_completion_tokens'],
      ['max_completion_tokens'],
    ]);
  });

  test('is not asked for without end where a server refuses both names', async () => {
    await start(failsWith(400, { error: { code: 'unsupported_parameter', param: 'max_tokens' } }));
    await expect(ask(provider, chatRequest({ maxTokens: 5 }), false)).rejects.toMatchObject({ kind: 'bad_request' });
    expect(fake.requests.length).toBeLessThanOrEqual(2);
  });
});

test('a sampling parameter that a model refuses is left out with a warning', async () => {
  await start(refuses('temperature'));
  const first = gather(await ask(provider, chatRequest({ temperature: 0.2, seed: 1 }), true));
  const second = gather(await ask(provider, chatRequest({ temperature: 0.2, seed: 1 }), false));
  expect([first.text, second.text]).toEqual(['Fine.', 'Fine.']);
  expect(first.warnings).toEqual(second.warnings);
  expect(first.warnings.join()).toContain('temperature');
  expect(fake.requests).toHaveLength(3);
});

test('at Azure the deployment is in the path and the key in its own header', async () => {
  await start({}, { azure: { apiVersion: '2026-01-01' } });
  expect(gather(await ask(provider, chatRequest(), true)).finish).toBe('STOP');
  expect(fake.violations).toEqual([]);
  expect(fake.requests[0]?.path).toBe('/openai/deployments/test-model/chat/completions?api-version=2026-01-01');
});

test('organization, project and own headers are sent, and nothing about this machine', async () => {
  await start({}, { organization: 'org-1', project: 'proj-1', headers: { 'x-team': 'blue' } });
  await ask(provider, chatRequest(), false);
  const headers = fake.requests[0]?.headers ?? {};
  expect(headers).toMatchObject({ 'openai-organization': 'org-1', 'openai-project': 'proj-1', 'x-team': 'blue' });
  expect(Object.keys(headers).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
});

test('sound is sent as wav or mp3, and what the vendor cannot hear is not sent', async () => {
  await start();
  const hear = (format: 'wav' | 'flac') =>
    ask(provider, chatRequest({ messages: [{ role: 'USER', content: [{ type: 'audio', audio: { bytes: Uint8Array.of(1, 2), format } }] }] }), false);
  await hear('wav');
  expect(JSON.stringify(bodies()[0])).toContain('"input_audio":{"data":"AQI=","format":"wav"}');
  await expect(hear('flac')).rejects.toMatchObject({ kind: 'unsupported' });
  expect(fake.requests).toHaveLength(1);
  expect(fake.violations).toEqual([]);
});

test.each(['SYSTEM', 'ASSISTANT'] as const)('a picture in a message of role %s is unsupported, and nobody is asked', async (role) => {
  await start();
  const image = { width: 1, height: 1, digest: () => 'a picture', encode: () => Promise.reject(new Error('not asked for')), pixels: () => Promise.reject(new Error('not asked for')) };
  await expect(ask(provider, chatRequest({ messages: [{ role, content: [{ type: 'image', image }] }, user('?')] }), false)).rejects.toMatchObject({ kind: 'unsupported' });
  expect(fake.requests).toHaveLength(0);
});

test('JSON without a schema is asked for in the words that the vendor wants', async () => {
  await start(answers('{"a":1}'));
  expect(gather(await ask(provider, chatRequest({ responseFormat: { type: 'json' } }), true)).text).toBe('{"a":1}');
  expect(gather(await ask(provider, chatRequest({ responseFormat: { type: 'json' }, messages: [user('As JSON, please.')] }), false)).text).toBe('{"a":1}');
  expect(fake.violations).toEqual([]);
  expect(bodies()[1]).toMatchObject({ messages: [{ role: 'user' }] });
});

test('thinking of another vendor is not sent', async () => {
  await start();
  await ask(provider, chatRequest({ messages: [user('Hi'), { role: 'ASSISTANT', content: [{ type: 'reasoning', text: 'Hm.', signature: 'sig' }, { type: 'text', text: 'Hello.' }] }, user('So?')] }), false);
  expect(JSON.stringify(bodies()[0])).not.toContain('Hm.');
  expect(fake.violations).toEqual([]);
});

test('an answer that was filtered says so', async () => {
  await start(answers({ text: 'Once', finish: 'content_filter' }));
  expect(gather(await ask(provider, chatRequest(), true)).finish).toBe('CONTENT_FILTER');
});

test('a server that answers whole although a stream was asked for', async () => {
  const body = { model: 'm', choices: [{ message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }] };
  await start({ faults: [{ kind: 'raw', contentType: 'application/json', pieces: [JSON.stringify(body)] }] });
  expect(gather(await ask(provider, chatRequest(), true))).toMatchObject({ text: 'Whole.', finish: 'STOP' });
});

test('an error with a good status is an error', async () => {
  const error = { error: { message: 'Rate limit exceeded', code: 429 } };
  await start({ faults: [{ kind: 'raw', contentType: 'application/json', pieces: [JSON.stringify(error)] }] });
  await expect(ask(provider, chatRequest(), false)).rejects.toMatchObject({ kind: 'rate_limited' });
});

test.each<[string, number, Record<string, string>, string]>([
  ['vLLM', 400, { message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens." }, 'context_length'],
  ['llama.cpp', 400, { message: 'the request exceeds the available context size. try increasing the context size' }, 'context_length'],
  ['Azure filter', 400, { code: 'content_filter', message: 'The prompt triggered the policy.' }, 'content'],
  ['Mistral', 400, { code: 'invalid_model', message: 'Invalid model: x' }, 'unknown_model'],
  ['quota', 429, { code: 'insufficient_quota', type: 'insufficient_quota' }, 'rate_limited'],
  ['no money', 402, { message: 'Insufficient Balance' }, 'auth'],
])('%s in its own words', async (_server, status, error, kind) => {
  await start(failsWith(status, { error }));
  await expect(ask(provider, chatRequest(), false)).rejects.toMatchObject({ kind });
});
