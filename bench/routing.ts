/**
 * What routing costs: a provider in memory, read by itself and through a route. Run it on a quiet machine:
 * `node bench/routing.ts [calls]`.
 */
import type { ChatChunk, ChatRequest } from '../src/canonical/chat.ts';
import { oneByOne } from '../src/canonical/one-by-one.ts';
import type { Provider } from '../src/providers/provider.ts';
import { KeyRing } from '../src/routing/attempts/key-ring.ts';
import { BREAKER_DEFAULTS } from '../src/routing/breaker/breaker.ts';
import { routeChat } from '../src/routing/chat/route-chat.ts';
import { routeContext } from '../src/routing/context.ts';
import { TargetState } from '../src/routing/target-state.ts';
import type { RouteModel, Target } from '../src/routing/target.ts';
import { observers } from '../src/telemetry/routing.ts';

const calls = Number(process.argv[2] ?? 20_000);
const TOKENS = 200;

const finish: ChatChunk = { type: 'finish', reason: 'STOP', model: null };
function provider(tokens: number): Provider {
  return {
    name: 'memory',
    operations: {
      async *CHAT() {
        for (let token = 0; token < tokens; token++) yield [{ type: 'text', text: ' word' }];
        yield [finish];
      },
    },
    close: async () => {},
  };
}

function modelOf(provider: Provider, change: Partial<RouteModel> = {}, targetChange: Partial<Target> = {}): RouteModel {
  const observer = observers([]);
  const state = new TargetState({ name: 'memory/m', breaker: BREAKER_DEFAULTS, limits: null, retryShare: 0.5, observer });
  const target: Target = {
    provider,
    keys: new KeyRing([provider]),
    targetModel: 'm',
    price: null,
    serviceTier: null,
    weight: 1,
    contextWindow: null,
    maxOutputTokens: null,
    region: null,
    prefill: false,
    onRefusal: false,
    when: null,
    state,
    ...targetChange,
  };
  return {
    kind: 'route',
    name: 'bench',
    operation: 'CHAT',
    description: null,
    targets: [target],
    strategy: 'priority',
    sticky: { by: 'none' },
    hedgeMs: null,
    rescue: 'splice',
    askInPieces: 'auto',
    retries: 2,
    deadlines: { firstTokenMs: 5_000, idleMs: 10_000, totalMs: 120_000 },
    observer,
    ...change,
  };
}

const request: ChatRequest = {
  messages: [{ role: 'USER', content: [{ type: 'text', text: 'Where is my parcel? I have been waiting for it. '.repeat(80) }] }],
  grounding: [],
  maxTokens: null,
  temperature: null,
  topP: null,
  stop: [],
  seed: null,
  tools: [],
  toolChoice: null,
  responseFormat: null,
};
const principal = { keyId: null, app: 'bench', user: null, team: null, scopes: ['*'], models: null, policy: 'default' };
const context = { principal, requestId: 'bench', metadata: null };

async function direct(provider: Provider): Promise<void> {
  const { signal } = new AbortController();
  const chat = provider.operations.CHAT;
  if (chat === undefined) throw new TypeError('no chat');
  for await (const chunk of oneByOne(chat(request, { targetModel: 'm', signal, stream: true }))) if (chunk.type === 'finish') return;
}

async function routed(model: RouteModel): Promise<void> {
  const { signal } = new AbortController();
  const { batches } = await routeChat(model, request, true, routeContext(model, { ...context, signal }));
  for await (const chunk of oneByOne(batches)) if (chunk.type === 'finish') return;
}

/** Microseconds of CPU a call. */
async function cost(count: number, call: () => Promise<void>): Promise<number> {
  for (let warm = 0; warm < count / 10; warm++) await call();
  const before = process.cpuUsage();
  for (let index = 0; index < count; index++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

const short = provider(1);
const long = provider(TOKENS);
const shortDirect = await cost(calls, () => direct(short));
const longDirect = await cost(calls / 20, () => direct(long));
const show = (name: string, model: (provider: Provider) => RouteModel): Promise<void> =>
  (async () => {
    const whole = modelOfTimes(model);
    const [call, stream] = [await cost(calls, () => routed(whole.short)), await cost(calls / 20, () => routed(whole.long))];
    console.log(`${name.padEnd(42)} ${(call - shortDirect).toFixed(1).padStart(6)} us a call, ${((stream - longDirect - (call - shortDirect)) / TOKENS).toFixed(2).padStart(5)} us a chunk`);
  })();
const modelOfTimes = (model: (provider: Provider) => RouteModel): { short: RouteModel; long: RouteModel } => ({ short: model(short), long: model(long) });

await show('priority', (provider) => modelOf(provider));
await show('priority, without rescue', (provider) => modelOf(provider, { rescue: 'off' }));
await show('priority, a window of 400,000 tokens', (provider) => modelOf(provider, {}, { contextWindow: 400_000 }));
await show('weighted', (provider) => modelOf(provider, { strategy: 'weighted' }));
await show('cheapest (4 kB of text)', (provider) => modelOf(provider, { strategy: 'cheapest' }));
