import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ChatChunk, ChatRequest } from '../../../src/canonical/chat.ts';
import { UpstreamFailure } from '../../../src/canonical/failure.ts';
import type { ProviderOperations } from '../../../src/providers/provider.ts';
import { KeyRing } from '../../../src/routing/attempts/key-ring.ts';
import { BREAKER_DEFAULTS } from '../../../src/routing/breaker/breaker.ts';
import { routeChat, type RoutedChat } from '../../../src/routing/chat/route-chat.ts';
import { routeContext, type RouteContext } from '../../../src/routing/context.ts';
import { TargetState } from '../../../src/routing/target-state.ts';
import type { RouteModel } from '../../../src/routing/target.ts';
import { observers } from '../../../src/telemetry/routing.ts';

const IDLE_MS = 60;
const request: ChatRequest = { messages: [{ role: 'USER', content: [{ type: 'text', text: 'Hello' }] }], grounding: [], maxTokens: null, temperature: null, topP: null, stop: [], seed: null, tools: [], toolChoice: null, responseFormat: null };
const finish: ChatChunk = { type: 'finish', reason: 'STOP', model: null };
const text = (piece: string): ChatChunk => ({ type: 'text', text: piece });

async function ask(CHAT: ProviderOperations['CHAT']): Promise<RoutedChat & { context: RouteContext }> {
  const provider = { name: 'memory', operations: { CHAT }, close: async () => {} };
  const observer = observers([]);
  const state = new TargetState({ name: 'memory/m', breaker: BREAKER_DEFAULTS, limits: null, retryShare: 0.5, observer });
  const target = { provider, keys: new KeyRing([provider]), targetModel: 'm', price: null, serviceTier: null, weight: 1, contextWindow: null, maxOutputTokens: null, region: null, prefill: false, onRefusal: false, when: null, state };
  const model: RouteModel = { kind: 'route', name: 'm', operation: 'CHAT', description: null, targets: [target], strategy: 'priority', sticky: { by: 'none' }, hedgeMs: null, rescue: 'off', askInPieces: 'auto', retries: 0, deadlines: { firstTokenMs: 5_000, idleMs: IDLE_MS, totalMs: 20_000 }, observer };
  const principal = { keyId: 'key_1', app: 'test', user: null, team: null, scopes: ['*'], models: null, policy: 'default' };
  const context = routeContext(model, { principal, signal: new AbortController().signal, requestId: 'r', metadata: null });
  const routed = await routeChat(model, request, true, context);
  return { target: routed.target, batches: routed.batches, context };
}

test('what came together goes on together, and the end by itself', async () => {
  const { batches, context } = await ask(async function* () {
    yield [text('a'), text('b')];
    yield [text('c'), finish];
  });
  expect(await Array.fromAsync(batches)).toEqual([[text('a'), text('b')], [text('c')], [finish]]);
  expect(context.attempts).toMatchObject([{ outcome: 'OK' }]);
});

test('whoever stops before the end has not seen it, though it came with the last piece', async () => {
  const { batches, context } = await ask(async function* () {
    yield [text('a'), finish];
  });
  for await (const batch of batches) {
    expect(batch).toEqual([text('a')]);
    break;
  }
  expect(context.attempts).toMatchObject([{ outcome: 'CANCELLED' }]);
});

test('pieces that came before a break are delivered before it', async () => {
  const { batches, context } = await ask(async function* () {
    yield [text('a'), text('b')];
    throw new UpstreamFailure('cut', 'broken');
  });
  const seen: unknown[] = [];
  const read = async (): Promise<void> => {
    for await (const batch of batches) seen.push(...batch);
  };
  await expect(read()).rejects.toMatchObject({ code: 'STREAM_INTERRUPTED' });
  expect(seen).toEqual([text('a'), text('b')]);
  expect(context.attempts).toMatchObject([{ outcome: 'FAILED' }]);
});

test('the time that a slow reader takes is not the silence of the vendor', async () => {
  const { batches } = await ask(async function* () {
    yield [text('a')];
    yield [text('b')];
    yield [finish];
  });
  let pieces = 0;
  for await (const batch of batches) {
    pieces += batch.length;
    await sleep(IDLE_MS * 3);
  }
  expect(pieces).toBe(3);
});

test('a vendor that falls silent is late, also after a slow reader', async () => {
  const { batches, context } = await ask(async function* (_, { signal }) {
    yield [text('a')];
    await sleep(20_000, undefined, { signal });
    yield [finish];
  });
  const read = async (): Promise<void> => {
    for await (const batch of batches) if (batch.length > 0) await sleep(IDLE_MS * 3);
  };
  await expect(read()).rejects.toMatchObject({ code: 'STREAM_INTERRUPTED' });
  expect(context.attempts).toMatchObject([{ outcome: 'TIMED_OUT', reason: `silent for ${IDLE_MS} ms` }]);
});
