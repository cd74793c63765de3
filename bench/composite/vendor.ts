/**
 * A vendor of four operations, each of which takes as long: `node vendor.ts PORT MS`. Which one is meant it reads from
 * the model: `chat`, `sentiment`, `vision`, `embed`.
 */
import { createServer } from 'node:http';

const [, , port = '0', ms = '50'] = process.argv;

/** What each of them says; the two that are asked by way of a chat answer with JSON. */
const SAID: Readonly<Record<string, string>> = {
  chat: 'We are sorry that your coffee was cold.',
  sentiment: JSON.stringify({ label: 'NEGATIVE', score: -0.7, confidence: 0.9, emotions: [{ name: 'FRUSTRATION', score: 0.8 }], language: 'en' }),
  vision: JSON.stringify({ description: 'A receipt.', lines: [{ text: 'TOTAL 12.40', box: { x: 0, y: 0, width: 1, height: 0.5 }, confidence: 0.9 }], objects: [], document: null }),
};
const VECTOR = Buffer.from(new Float32Array(256).fill(0.0625).buffer).toString('base64');
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
const about = { id: 'chatcmpl-canned', created: 1_700_000_000 };

interface Asked {
  model: string;
  stream?: boolean;
}

function answerTo({ model, stream = false }: Asked): [type: string, body: string] {
  if (model === 'embed') return ['application/json', JSON.stringify({ object: 'list', model, data: [{ object: 'embedding', index: 0, embedding: VECTOR }], usage })];
  const content = SAID[model];
  if (!stream) {
    const choices = [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }];
    return ['application/json', JSON.stringify({ ...about, object: 'chat.completion', model, choices, usage })];
  }
  const chunks = [{ choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }] }, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }, { choices: [], usage }];
  return ['text/event-stream', `${chunks.map((chunk) => `data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', model, ...chunk })}\n\n`).join('')}data: [DONE]\n\n`];
}

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const asked: Asked = parts.length === 0 ? { model: 'chat' } : JSON.parse(Buffer.concat(parts).toString());
    const [type, body] = answerTo(asked);
    setTimeout(() => response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body), Number(ms));
  });
}).listen(Number(port), '127.0.0.1').keepAliveTimeout = 120_000;
