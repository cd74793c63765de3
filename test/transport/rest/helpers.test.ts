import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { LengthFinishReasonError } from 'openai/error';
import { zodFunction, zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { answers, type Script } from '../../faults/index.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());
afterEach(() => vendors.checkVendors());

const City = z.object({ city: z.string() });
/** Asks for the weather of two cities, and answers when it has it. */
const weatherman: Script = (_, attempt) =>
  attempt === 1
    ? answers({
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

describe.each(['gpt', 'claude'])('the helpers of the official SDKs, answered by %s', (model) => {
  const question = [{ role: 'user' as const, content: 'Weather in Ulm and Bonn?' }];

  test.each([false, true])("OpenAI's tool runner (streamed: %s)", async (stream) => {
    behave(weatherman);
    const asked: string[] = [];
    const tool = zodFunction({
      name: 'weather',
      parameters: City,
      function: ({ city }: { city: string }) => {
        asked.push(city);
        return 'rain';
      },
    });
    const client = vendors.openaiClient();
    const runner = stream
      ? client.chat.completions.runTools({ model, messages: question, tools: [tool], stream: true })
      : client.chat.completions.runTools({ model, messages: question, tools: [tool] });
    expect(await runner.finalContent()).toBe('Rain in both.');
    expect(asked).toEqual(['Ulm', 'Bonn']);
  });

  test("OpenAI's structured output of chat completions and responses", async () => {
    behave(() => answers('{"city":"Ulm"}'));
    const client = vendors.openaiClient();
    const completion = await client.chat.completions.parse({ model, messages: question, response_format: zodResponseFormat(City, 'place') });
    expect(completion.choices[0]?.message.parsed).toEqual({ city: 'Ulm' });
    const response = await client.responses.parse({ model, input: 'City?', text: { format: zodTextFormat(City, 'place') } });
    expect(response.output_parsed).toEqual({ city: 'Ulm' });
    const streamed = await client.chat.completions.stream({ model, messages: question, response_format: zodResponseFormat(City, 'place') }).finalChatCompletion();
    expect(streamed.choices[0]?.message.parsed).toEqual({ city: 'Ulm' });
  });

  test('an answer that is cut is no structured output', async () => {
    behave(() => answers({ text: '{"city":', finish: 'length' }));
    const cut = vendors.openaiClient().chat.completions.parse({ model, messages: question, response_format: zodResponseFormat(City, 'place') });
    await expect(cut).rejects.toBeInstanceOf(LengthFinishReasonError);
  });

  test.each([false, true])("Anthropic's tool runner (streamed: %s)", async (stream) => {
    behave(weatherman);
    const asked: string[] = [];
    const tool = betaZodTool({
      name: 'weather',
      description: 'The weather of a city.',
      inputSchema: City,
      run: ({ city }) => {
        asked.push(city);
        return 'rain';
      },
    });
    const runner = vendors.anthropicClient().beta.messages.toolRunner({ model, max_tokens: 100, messages: question, tools: [tool], stream });
    const message = await runner.runUntilDone();
    expect(message.content).toMatchObject([{ type: 'text', text: 'Rain in both.' }]);
    expect(asked).toEqual(['Ulm', 'Bonn']);
  });

  test("Anthropic's structured output, whole and streamed", async () => {
    behave(() => answers('{"city":"Ulm"}'));
    const request = { model, max_tokens: 100, messages: question, output_config: { format: zodOutputFormat(City) } };
    const client = vendors.anthropicClient();
    expect((await client.messages.parse(request)).parsed_output).toEqual({ city: 'Ulm' });
    expect((await client.messages.stream(request).finalMessage()).parsed_output).toEqual({ city: 'Ulm' });
  });
});
