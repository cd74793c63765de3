import { AnthropicStream } from '../../../src/providers/anthropic/stream.ts';
import { streamConformance } from '../stream-conformance.ts';

streamConformance({
  vendor: 'anthropic',
  translator: () => new AnthropicStream(null),
  frame: (lines, newline) =>
    lines.map((line) => `event: ${/"type":"(\w+)"/.exec(line)?.[1] ?? ''}${newline}data: ${line}${newline}${newline}`).join(''),
});
