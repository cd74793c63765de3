/**
 * A vendor that answers at once with the same text, whole or in a stream: it stands behind every gateway that is
 * measured. `node canned-vendor.ts PORT [DELAY_MS] [EVENTS]`.
 */
import { createServer } from 'node:http';

const [, , port = '0', delay = '0', events = '50'] = process.argv;
const delayMs = Number(delay);
const id = 'chatcmpl-canned';
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
const whole = JSON.stringify({
  id,
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'canned',
  choices: [{ index: 0, message: { role: 'assistant', content: 'A canned answer of ten words, the same for everybody.', refusal: null }, logprobs: null, finish_reason: 'stop' }],
  usage,
});
const chunk = (choices: unknown[], more: object = {}) =>
  `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1_700_000_000, model: 'canned', choices, ...more })}\n\n`;
const pieces = [
  chunk([{ index: 0, delta: { role: 'assistant', content: 'A canned answer' }, finish_reason: null }]),
  ...Array.from({ length: Number(events) }, () => chunk([{ index: 0, delta: { content: ' word' }, finish_reason: null }])),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  chunk([], { usage }),
  'data: [DONE]\n\n',
];

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const streamed = Buffer.concat(parts).includes('"stream":true');
    const answer = () => {
      if (!streamed) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) }).end(whole);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of pieces) response.write(piece);
      response.end();
    };
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
})
  // Rows wait for their turn longer than Node keeps an idle connection by default.
  .listen(Number(port), '127.0.0.1').keepAliveTimeout = 120_000;
