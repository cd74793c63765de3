import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, embedMany, generateObject, generateText, stepCountIs, streamObject, streamText, tool, type LanguageModel } from 'ai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { answers, failsWith, tokens, withFaults, type Script } from '../../faults/index.ts';
import { ADMIN_KEY } from '../../harness/gateway.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const settings = () => ({ apiKey: ADMIN_KEY, baseURL: `${vendors.gateway.url}/v1` });
const MODELS: Record<string, (model: string) => LanguageModel> = {
  "OpenAI's responses": (model) => createOpenAI(settings())(model),
  "OpenAI's chat completions": (model) => createOpenAI(settings()).chat(model),
  "Anthropic's messages": (model) => createAnthropic(settings())(model),
  'a compatible server': (model) => createOpenAICompatible({ ...settings(), name: 'kanon', includeUsage: true, supportsStructuredOutputs: true })(model),
};

const weather = tool({ description: 'The weather of a city.', inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => `Rain in ${city}.` });
const weatherman: Script = (_, attempt) =>
  attempt === 1
    ? answers({
        text: 'I look.',
        toolCalls: [
          { id: 'call_a', name: 'weather', arguments: { city: 'Ulm' } },
          { id: 'call_b', name: 'weather', arguments: { city: 'Bonn' } },
        ],
      })
    : answers('Rain in both.');

function behave(script: Script): void {
  vendors.openai.behave(script);
  vendors.anthropic.behave(script);
}

describe.each(Object.keys(MODELS))('the Vercel AI SDK as a client of %s', (api) => {
  describe.each(['gpt', 'claude'])('answered by %s', (name) => {
    const model = (): LanguageModel => {
      const make = MODELS[api];
      if (make === undefined) throw new Error(api);
      return make(name);
    };

    test('generateText', async () => {
      behave(() => answers({ text: 'Good morning.', usage: { input: 30, output: 4 } }));
      const { text, usage, finishReason } = await generateText({ model: model(), system: 'Be brief.', prompt: 'Hello', maxOutputTokens: 50, maxRetries: 0 });
      expect(text).toBe('Good morning.');
      expect(finishReason).toBe('stop');
      expect(usage).toMatchObject({ inputTokens: 30, outputTokens: 4 });
    });

    test('streamText', async () => {
      behave(() => tokens(6, {}, { usage: { input: 30, output: 6 } }));
      const result = streamText({ model: model(), prompt: 'Hello', maxRetries: 0 });
      expect((await Array.fromAsync(result.textStream)).join('')).toBe('w1 w2 w3 w4 w5 w6');
      expect(await result.usage).toMatchObject({ inputTokens: 30, outputTokens: 6 });
    });

    test('generateObject and streamObject', async () => {
      behave(() => answers('{"city":"Ulm"}'));
      const schema = z.object({ city: z.string() });
      expect((await generateObject({ model: model(), schema, prompt: 'City?', maxRetries: 0 })).object).toEqual({ city: 'Ulm' });
      const streamed = streamObject({ model: model(), schema, prompt: 'City?', maxRetries: 0 });
      expect((await Array.fromAsync(streamed.partialObjectStream)).at(-1)).toEqual({ city: 'Ulm' });
      expect(await streamed.object).toEqual({ city: 'Ulm' });
    });

    test('a loop of tools, whole and streamed', async () => {
      const asking = { model: model(), prompt: 'Weather in Ulm and Bonn?', tools: { weather }, stopWhen: stepCountIs(4), maxRetries: 0 };
      behave(weatherman);
      const whole = await generateText(asking);
      expect(whole.text).toBe('Rain in both.');
      expect(whole.steps[0]?.toolResults.map(({ output }) => output)).toEqual(['Rain in Ulm.', 'Rain in Bonn.']);
      vendors.reset();
      behave(weatherman);
      const streamed = streamText(asking);
      expect((await Array.fromAsync(streamed.textStream)).join('')).toBe('I look.Rain in both.');
      expect((await streamed.steps).length).toBe(2);
    });

    test('errors and streams that break off', async () => {
      behave(() => failsWith(400));
      await expect(generateText({ model: model(), prompt: 'Hello', maxRetries: 0 })).rejects.toBeInstanceOf(APICallError);
      behave(() => withFaults(tokens(6), { kind: 'cut', afterTokens: 3 }));
      const errors: unknown[] = [];
      const result = streamText({ model: model(), prompt: 'Hello', maxRetries: 0, onError: ({ error }) => void errors.push(error) });
      await result.consumeStream();
      expect(errors).toHaveLength(1);
    });
  });
});

test.each(['OpenAI', 'a compatible server'])('embedMany as a client of %s', async (api) => {
  const provider = api === 'OpenAI' ? createOpenAI(settings()) : createOpenAICompatible({ ...settings(), name: 'kanon' });
  const { embeddings, usage } = await embedMany({ model: provider.embeddingModel('vectors'), values: ['one', 'two', 'three'], maxRetries: 0 });
  expect(embeddings.map((vector) => vector.length)).toEqual([8, 8, 8]);
  expect(usage.tokens).toBeGreaterThan(0);
});
