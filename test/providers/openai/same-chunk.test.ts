import { expect, test } from 'vitest';
import { OpenAIStream } from '../../../src/providers/openai/stream.ts';

function chunk(delta: object, more: object = {}, choice: object = {}): string {
  return JSON.stringify({ id: 'c-1', model: 'm', choices: [{ index: 0, delta, finish_reason: null, ...choice }], ...more });
}

const FINISH = chunk({}, {}, { finish_reason: 'stop' });

/** What comes of each chunk: from one stream of all of them, and from streams that see each alone. */
function inOneAndAlone(lines: readonly string[]): [unknown, unknown] {
  const one = new OpenAIStream();
  const outcome = (stream: OpenAIStream, data: string): unknown => {
    try {
      return [stream.take({ event: 'message', data }), stream.progress()];
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };
  return [lines.map((line) => outcome(one, line)), lines.map((line) => outcome(new OpenAIStream(), line))];
}

const TEXTS = ['Hel', 'lo', '', ' "quoted" \\ and \n lines', '東京 🎵', '"', '\\', '"content":"x"', '\u{10ffff}probe', '}]}', 'lo'];

test.each<[string, string[]]>([
  ['differ in their content alone', TEXTS.map((content) => chunk({ content }))],
  ['open with a role', [chunk({ role: 'assistant', content: '' }), ...TEXTS.map((content) => chunk({ role: 'assistant', content }))]],
  ['have something of their own each', TEXTS.map((content, index) => chunk({ content }, { obfuscation: 'x'.repeat(index) }))],
  ['speak of content elsewhere too', TEXTS.map((content) => JSON.stringify({ note: { content: 'Hel' }, choices: [{ index: 0, delta: { content } }] }))],
  ['have the content twice', TEXTS.map((content) => `{"choices":[{"index":0,"delta":{"content":"Hel","content":${JSON.stringify(content)}}}]}`)],
  ['are of another choice now and then', TEXTS.map((content, index) => chunk({ content }, {}, { index: index % 3 === 0 ? 1 : 0 }))],
  ['have thinking beside', TEXTS.map((content) => chunk({ content, reasoning_content: 'hm' }))],
  ['have tool calls between', TEXTS.flatMap((content) => [chunk({ content }), chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] })])],
  ['are broken at the content', [chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({ content: 'c' }).replace('"c"', '"c'), chunk({ content: 'd' }).replace('"d"', '"d""'), chunk({ content: 'e' })]],
  ['have no text at the content', [chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({ content: null }), chunk({ content: ['x'] }), chunk({ content: 7 })]],
  ['end', [chunk({ content: 'a' }), chunk({ content: 'b' }), FINISH]],
])('chunks that %s are read as if each were alone', (_name, lines) => {
  const [inOne, alone] = inOneAndAlone(lines);
  // A tool call opens once in a stream, and again in each that sees it alone.
  if (lines.some((line) => line.includes('tool_calls'))) expect(JSON.stringify(inOne).match(/"text":/g)).toEqual(JSON.stringify(alone).match(/"text":/g));
  else expect(inOne).toEqual(alone);
});

test('the model and the usage of a chunk between are those that count', () => {
  const stream = new OpenAIStream();
  for (const data of [chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({ content: 'c' }, { model: 'other', usage: { prompt_tokens: 3, completion_tokens: 4 } }), chunk({ content: 'd' }), FINISH]) {
    stream.take({ event: 'message', data });
  }
  expect(stream.close()).toMatchObject([{ type: 'usage', usage: { input: 3, output: 4 } }, { type: 'finish', model: 'm' }]);
});
