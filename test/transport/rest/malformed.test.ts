import { afterAll, beforeAll, expect, test } from 'vitest';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());

/** Read by itself, it fails a little later than what is wrong beside it. */
const BAD = `data:image/png;base64,${Buffer.from('\x89PNG\r\n\x1a\n broken').toString('base64')}`;
const BAD_BASE64 = BAD.slice(BAD.indexOf(',') + 1);
const openaiImage = { type: 'image_url', image_url: { url: BAD } };
const anthropicImage = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: BAD_BASE64 } };
const responsesImage = { type: 'input_image', image_url: BAD };
const toolUse = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'x', input: {} }] };

// What fails beside the answer is reported by the runner as an error of the whole run.
test.each([
  ['/v1/chat/completions', { messages: [{ role: 'user', content: [openaiImage] }, 'no message'] }],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: [openaiImage, 'no part'] }] }],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: [openaiImage, openaiImage] }], n: 2 }],
  ['/v1/messages', { max_tokens: 1, messages: [{ role: 'user', content: [anthropicImage] }, 'no message'] }],
  ['/v1/messages', { max_tokens: 1, messages: [{ role: 'user', content: [anthropicImage, { type: 'nothing' }] }] }],
  ['/v1/messages', { max_tokens: 1, messages: [toolUse, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [anthropicImage, { type: 'nothing' }] }] }] }],
  ['/v1/messages', { messages: [{ role: 'user', content: [anthropicImage] }] }],
  ['/v1/responses', { input: [{ role: 'user', content: [responsesImage] }, 'no item'] }],
  ['/v1/responses', { input: [{ role: 'user', content: [responsesImage, 'no part'] }] }],
  ['/v1/responses', { input: [{ type: 'function_call_output', call_id: 'a', output: [responsesImage, 'no part'] }] }],
  ['/v1/responses', { input: [{ type: 'function_call_output', call_id: 'a', output: [responsesImage], nothing: 1 }], temperature: 'hot' }],
])('%s: several mistakes at once are one error (%#)', async (path, body) => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'gpt', ...body }) };
  const response = await vendors.gateway.fetch(path, init);
  expect([response.status, (await response.json()) as unknown]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test.each(['null', '[]', '1', '"text"', '{}', '{"model":null}', '{"model":"gpt","messages":{}}', '{"model":"gpt","messages":[null]}', '{"model":"gpt","input":5}', '{"model":"vectors","input":[[]]}'])(
  'a body of %s is an error of the caller',
  async (body) => {
    for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/messages/count_tokens', '/v1/responses', '/v1/embeddings', '/v1/moderations']) {
      const response = await vendors.gateway.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      expect([400, 404]).toContain(response.status);
    }
  },
);
