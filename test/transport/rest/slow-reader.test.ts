import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PartialBehaviour } from '../../faults/index.ts';
import { answerTo, send } from '../wire.ts';
import { TwoVendors } from './two-vendors.ts';

let vendors: TwoVendors;
beforeAll(async () => {
  vendors = await TwoVendors.start();
});
afterAll(() => vendors[Symbol.asyncDispose]());
beforeEach(() => vendors.reset());

const MIB = 1_024 * 1_024;
/** Of 4 KiB each: 128 MiB in all. */
const TOKENS = (128 * MIB) / 4_096;

function torrent(): PartialBehaviour {
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-test', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const piece = Buffer.from(chunk({ content: 'x'.repeat(4_096) }).repeat(8));
  return { faults: [{ kind: 'raw', contentType: 'text/event-stream', pieces: [...Array.from({ length: TOKENS / 8 }, () => piece), chunk({}, 'stop'), 'data: [DONE]\n\n'] }] };
}

/** Bytes that this process, with the gateway in it, holds. */
function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const HELLO = { model: 'gpt', stream: true, messages: [{ role: 'user', content: 'Hello' }] };
test.each([
  ['/v1/chat/completions', HELLO, {}],
  ['/v1/chat/completions', HELLO, { 'idempotency-key': 'slow' }],
  ['/v1/messages', { ...HELLO, max_tokens: 100 }, {}],
  ['/v1/responses', { model: 'gpt', stream: true, input: 'Hello' }, {}],
])('a reader of %s that does not read pauses the vendor, and leaves nothing behind', async (path, body, headers) => {
  vendors.openai.behave(torrent());
  const before = held();
  const sent = send(vendors.gateway, { path, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  (await answerTo(sent)).pause();
  let most = 0;
  for (let time = 0; time < 15; time++) {
    await sleep(100);
    most = Math.max(most, held() - before);
  }
  expect(vendors.openai.requests[0]?.ended).toBe(false);
  expect(most).toBeLessThan(48 * MIB);
  sent.destroy();
  await expect.poll(() => vendors.openai.requests[0]?.aborted).toBe(true);
});
