import { OpenAIStream } from '../../../src/providers/openai/stream.ts';
import { streamConformance } from '../stream-conformance.ts';

streamConformance({
  vendor: 'openai',
  translator: () => new OpenAIStream(),
  frame: (lines, newline) => [...lines, '[DONE]'].map((line) => `data: ${line}${newline}${newline}`).join(''),
});
