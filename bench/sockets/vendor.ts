/**
 * A vendor that streams words at a steady rate, each with the time at which it was written, so that whoever reads it
 * at the other end can tell how long it was on its way. `node vendor.ts PORT TOKENS_A_SECOND TOKENS`.
 */
import { createServer, type ServerResponse } from 'node:http';
import { microseconds, wordOf } from './words.ts';

const [, , port = '0', rate = '20', tokens = '100'] = process.argv;
const betweenMs = 1_000 / Number(rate);
const count = Number(tokens);
/** Milliseconds between two looks at whose turn it is. */
const LOOK_MS = 2;

const chunk = (choices: unknown[], more: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-words', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'words', choices, ...more })}\n\n`;
const [before = '', after = ''] = chunk([{ index: 0, delta: { content: '%' }, finish_reason: null }]).split('%');
const END = `${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])}${chunk([], { usage: { prompt_tokens: 20, completion_tokens: count, total_tokens: 20 + count } })}data: [DONE]\n\n`;

interface Stream {
  response: ServerResponse;
  sent: number;
  /** When the next word is due, as `performance.now()` counts. */
  due: number;
}

const streams = new Set<Stream>();
setInterval(() => {
  const now = performance.now();
  for (const stream of streams) {
    if (stream.due > now) continue;
    stream.due += betweenMs;
    if (stream.sent < count) {
      stream.response.write(before + wordOf(stream.sent++, microseconds()) + after);
      continue;
    }
    stream.response.end(END);
    streams.delete(stream);
  }
}, LOOK_MS);

createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // Callers come in bursts; their words are spread evenly all the same.
    const stream = { response, sent: 0, due: performance.now() + Math.random() * betweenMs };
    streams.add(stream);
    response.on('close', () => streams.delete(stream));
  });
})
  .listen({ port: Number(port), host: '127.0.0.1', backlog: 4_096 })
  .keepAliveTimeout = 120_000;
