import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tokenPieces, tokens, type FakeVendor } from '../index.ts';
import { Stage, type Told } from './stage.ts';

const COUNT = 3;
const COMPLETE = tokenPieces(COUNT).join('');

const REQUESTS = {
  first: { path: '/chat/completions', headers: { authorization: 'Bearer test-key' }, body: { model: 'one', messages: [{ role: 'user', content: 'Hello' }], stream: true, stream_options: { include_usage: true } } },
  second: { path: '/v1/messages', headers: { 'x-api-key': 'test-key', 'anthropic-version': '2023-06-01' }, body: { model: 'two', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }], stream: true } },
} as const;

/** The bytes of a good answer as the vendor streams them. */
async function recorded(vendor: FakeVendor, name: 'first' | 'second'): Promise<Uint8Array> {
  vendor.behave(tokens(COUNT));
  const { path, headers, body } = REQUESTS[name];
  const response = await fetch(vendor.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

describe.each(['first', 'second'] as const)('a stream of the %s vendor that ends after any byte', (name) => {
  let stage: Stage;
  const only = { operation: 'chat', route: { retries: 0, breaker: { failures: 20, share: 1, openMs: 1, maxOpenMs: 1 } }, targets: [{ provider: name, model: 'm' }] };
  beforeAll(async () => {
    // A target that fails a thousand times in a row is to be asked all the same.
    stage = await Stage.open({ models: { only } });
  });
  beforeEach(() => stage.first.reset());
  afterAll(() => stage[Symbol.asyncDispose]());

  test('is told as broken, or is complete', { timeout: 120_000 }, async () => {
    const bytes = await recorded(stage[name], name);
    stage[name].behave((request) => {
      const [, end] = /end (\d+)/.exec(JSON.stringify(request.body['messages'])) ?? [];
      return { faults: [{ kind: 'raw', contentType: 'text/event-stream', pieces: [bytes.subarray(0, Number(end))] }] };
    });
    const ask = (end: number): Promise<Told> => stage.shared(0, { model: 'only', messages: [{ role: 'USER', content: [{ text: `end ${end}` }] }] });
    const wrong: string[] = [];
    let broken = 0;
    // One behind the other, in several lines: each waits for its row in the ledger.
    let next = 0;
    const line = async (): Promise<void> => {
      for (let end = next++; end <= bytes.length; end = next++) {
        const told = await ask(end);
        if (told.code !== null) broken++;
        if (told.code === null ? told.text !== COMPLETE : !COMPLETE.startsWith(told.text)) wrong.push(`${end}: ${told.code} "${told.text}"`);
      }
    };
    await Promise.all(Array.from({ length: 20 }, line));
    expect(wrong).toEqual([]);
    expect(broken).toBeGreaterThan(bytes.length / 3);
    expect(await ask(bytes.length)).toMatchObject({ code: null, text: COMPLETE });
  });
});
