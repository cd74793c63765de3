import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AnthropicStream } from '../../src/providers/anthropic/stream.ts';
import { readWhole as readAnthropic } from '../../src/providers/anthropic/whole.ts';
import { OpenAIStream } from '../../src/providers/openai/stream.ts';
import { readWhole as readOpenAI } from '../../src/providers/openai/whole.ts';
import { parseFields } from '../../src/providers/shared/fields.ts';
import { gather } from './support/requests.ts';
import { readPieces, wireFiles } from './support/wire.ts';

const file = (vendor: string, name: string) => wireFiles(vendor).find((wire) => wire.name === `own ${name}`)?.lines ?? [];
const bytesOf = (lines: readonly string[]) => [Buffer.from(lines.map((line) => `data: ${line}\n\n`).join(''))];

describe('what the written streams say', () => {
  const openai = async (name: string) => gather((await readPieces(new OpenAIStream(), bytesOf(file('openai', name)))).chunks);
  const anthropic = async (name: string, jsonTool: string | null = null) =>
    gather((await readPieces(new AnthropicStream(jsonTool), bytesOf(file('anthropic', name)))).chunks);

  test('OpenAI', async () => {
    expect(await openai('openai-text.chunks.txt')).toMatchObject({
      text: 'Grüße aus 東京 👩‍👩‍👧\n\ndata: x',
      finish: 'STOP',
      model: 'gpt-5-2026',
      usage: { input: 20, output: 9, cachedInput: 16, reasoning: 4 },
    });
    expect(await openai('openai-tools.chunks.txt')).toMatchObject({
      finish: 'TOOL_CALLS',
      toolCalls: [
        { id: 'call_a', name: 'weather', arguments: '{"city":"Zürich"}' },
        { id: 'call_b', name: 'weather', arguments: '{"city":"Bern"}' },
      ],
    });
    expect(await openai('openai-refusal.chunks.txt')).toMatchObject({ refusal: "I can't help with that.", finish: 'REFUSAL', usage: null });
  });

  test('a compatible server: thinking, a tool call without id and place, `stop` after it', async () => {
    expect(await openai('openai-compatible.chunks.txt')).toMatchObject({
      reasoning: 'Two plus two.',
      text: '4',
      toolCalls: [{ id: 'call_0', name: 'note', arguments: '{"n":4}' }],
      finish: 'TOOL_CALLS',
      model: 'deepseek-r',
      usage: { input: 5, output: 6 },
    });
  });

  test('Anthropic', async () => {
    expect(await anthropic('anthropic-thinking.chunks.txt')).toMatchObject({
      reasoning: 'Überlegen …',
      signatures: ['EqQBCgIYAhIkNw==', 'redacted_thinking:EmwKAhgB'],
      text: 'Grüße aus 東京 👩‍👩‍👧\n\nevent: x',
      finish: 'STOP',
      usage: { input: 115, output: 42, cachedInput: 100, cacheWrite: 5, reasoning: 30 },
    });
    expect(await anthropic('anthropic-tools.chunks.txt')).toMatchObject({
      text: 'I look it up.',
      toolCalls: [
        { id: 'toolu_a', name: 'weather', arguments: '{"city": "Zürich"}' },
        { id: 'toolu_b', name: 'now', arguments: '{}' },
      ],
      finish: 'TOOL_CALLS',
      usage: { input: 10, output: 33 },
    });
    expect(await anthropic('anthropic-refusal.chunks.txt')).toMatchObject({
      refusal: 'Blocked under the usage policy.',
      finish: 'REFUSAL',
      // The last count of the input is the one that holds.
      usage: { input: 21, output: 5 },
    });
  });

  test('the tool that stands for JSON is text, and a tool of the caller with its name is a tool', async () => {
    expect(await anthropic('anthropic-json.chunks.txt', 'json')).toMatchObject({ text: '{"elements": [{"city": "Zürich"}]}', finish: 'STOP', toolCalls: [] });
    expect(await anthropic('anthropic-json.chunks.txt')).toMatchObject({ text: '', finish: 'TOOL_CALLS', toolCalls: [{ name: 'json' }] });
  });
});

const recorded = fileURLToPath(new URL('../../../shared/wire/', import.meta.url));
const wholes = existsSync(recorded) ? readdirSync(recorded).filter((name) => /^(openai|anthropic)-(?!embedding).*\.json$/.test(name)) : [];

test.each(wholes)('the recorded answer %s can be read', (name) => {
  const answer = parseFields(readFileSync(recorded + name, 'utf8'));
  const read = gather(name.startsWith('openai') ? readOpenAI(answer) : readAnthropic(answer, null));
  expect(read.finish).not.toBeNull();
  expect(read.usage?.output).toBeGreaterThan(10);
  expect(read.text.length + read.toolCalls.length).toBeGreaterThan(0);
});
