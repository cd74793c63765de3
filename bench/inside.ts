/**
 * What a chat call costs inside: from the pipeline's door to a vendor in memory and back, with all its checks and a
 * ledger on the disk, 32 at once. CPU of all threads of the process, less that of asking the vendor alone. Run it on a
 * quiet machine: `node bench/inside.ts [calls]`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Access } from '../src/access.ts';
import type { CallContext } from '../src/canonical/call.ts';
import type { ChatChunk, ChatRequest } from '../src/canonical/chat.ts';
import { oneByOne } from '../src/canonical/one-by-one.ts';
import { uuidv7 } from '../src/canonical/ids.ts';
import { NO_USAGE } from '../src/canonical/usage.ts';
import { loadConfig } from '../src/config/load.ts';
import { openLedger } from '../src/ledger/ledger.ts';
import { authorise } from '../src/pipeline/authorise.ts';
import { guard } from '../src/pipeline/guarding/guard.ts';
import { Spending } from '../src/pipeline/limits/spending.ts';
import { mask } from '../src/pipeline/masking/mask.ts';
import { maskPictures } from '../src/pipeline/masking/pictures.ts';
import { measure } from '../src/pipeline/measure.ts';
import { payload } from '../src/pipeline/payload/payload.ts';
import { Pipeline } from '../src/pipeline/pipeline.ts';
import { record } from '../src/pipeline/record.ts';
import { residency } from '../src/pipeline/residency.ts';
import type { Provider } from '../src/providers/provider.ts';
import { KeyRing } from '../src/routing/attempts/key-ring.ts';
import { BREAKER_DEFAULTS } from '../src/routing/breaker/breaker.ts';
import { ModelCatalog } from '../src/routing/catalog.ts';
import { TargetState } from '../src/routing/target-state.ts';
import type { RouteModel } from '../src/routing/target.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics/metrics.ts';
import { logRoutes, observers } from '../src/telemetry/routing.ts';

const calls = Number(process.argv[2] ?? 20_000);
const ROUNDS = 5;
const CONCURRENT = 32;
const EVENTS = 500;
/** Events of one read. */
const BURST = 25;

const usage = { ...NO_USAGE, input: 24, output: 12 };
const finish: ChatChunk = { type: 'finish', reason: 'STOP', model: 'canned' };

/** Answers in the next turn of the event loop, and a stream over several. */
const vendor: Provider = {
  name: 'canned',
  operations: {
    async *CHAT(_, { stream }) {
      await nextTurn();
      if (stream) {
        for (let event = 0; event < EVENTS; event++) {
          yield [{ type: 'text', text: ' word' }];
          if (event % BURST === 0) await nextTurn();
        }
      } else yield [{ type: 'text', text: 'A canned answer, not long, as whole answers are.' }];
      yield [{ type: 'usage', usage }, finish];
    },
  },
  close: async () => {},
};

const dataDir = mkdtempSync(join(tmpdir(), 'kanon-bench-'));
const log = createLog('silent');
const policies = { default: { scopes: ['chat'], mask: ['EMAIL', 'CARD', 'IBAN', 'IP', 'API_KEY'], budget: { usd: 100_000, per: 'day' }, limits: { requestsPerMinute: 10_000_000 } } };
writeFileSync(join(dataDir, 'gateway.yaml'), JSON.stringify({ providers: { canned: { kind: 'openai', apiKey: 'sk' } }, models: { canned: { operation: 'chat', targets: [{ provider: 'canned', model: 'canned' }] } }, policies }));
const { config } = await loadConfig(join(dataDir, 'gateway.yaml'), {});
const ledger = await openLedger({ dataDir, log });
const access = new Access({ config, ledger, dataDir, secret: undefined, dev: true, embed: () => Promise.reject(new Error('none')), log });
const metrics = new Metrics();
const observer = observers([logRoutes(log), metrics]);
const model: RouteModel = {
  kind: 'route',
  name: 'canned',
  operation: 'CHAT',
  description: null,
  targets: [
    {
      provider: vendor,
      keys: new KeyRing([vendor]),
      targetModel: 'canned',
      serviceTier: null,
      price: { usual: { input: 1, output: 2, cachedInput: 1, cacheWrite: 1, audioInput: 1, audioOutput: 2, imageInput: 1, source: 'CONFIG', tiers: [] }, serviceTiers: {} },
      weight: 1,
      contextWindow: null,
      maxOutputTokens: null,
      region: null,
      prefill: false,
      onRefusal: false,
      when: null,
      state: new TargetState({ name: 'canned/canned', breaker: BREAKER_DEFAULTS, limits: null, retryShare: 0.5, observer }),
    },
  ],
  strategy: 'priority',
  sticky: { by: 'none' },
  hedgeMs: null,
  rescue: 'splice',
  askInPieces: 'never',
  retries: 2,
  deadlines: { firstTokenMs: 5_000, idleMs: 10_000, totalMs: 120_000 },
  observer,
};
const catalog = new ModelCatalog([model], new Map());
const pipeline = new Pipeline(
  [
    measure(metrics),
    record(ledger),
    authorise(access.refusals),
    residency(() => catalog),
    new Spending(ledger.budgets, () => config).stage,
    mask({ policies: access.policies, refusals: access.refusals, pictures: maskPictures(() => Promise.resolve([])) }),
    guard({ policies: access.policies, refusals: access.refusals }),
    payload({ payloadsOf: (policy) => config.policies.get(policy)?.payloads, policies: access.policies, log }),
  ],
  log,
);

const text = 'My kettle leaks and nobody calls me back. Please write to me at jane@example.com about a new one.';
function request(): ChatRequest {
  return { messages: [{ role: 'USER', content: [{ type: 'text', text }] }], grounding: [], maxTokens: null, temperature: null, topP: null, stop: [], seed: null, tools: [], toolChoice: null, responseFormat: null };
}
const principal = { keyId: 'key_1', app: 'bench', user: null, team: null, scopes: ['*'], models: null, policy: 'default' };

async function inside(stream: boolean): Promise<void> {
  const context: CallContext = { principal, signal: new AbortController().signal, requestId: uuidv7(), metadata: null };
  for await (const event of oneByOne(pipeline.chat(model, request(), stream, context))) if (event.type === 'meta' && event.meta.usage.input !== 24) throw new Error('not the answer');
}

async function alone(stream: boolean): Promise<void> {
  const chat = vendor.operations.CHAT;
  if (chat === undefined) throw new TypeError('no chat');
  const { signal } = new AbortController();
  for await (const chunk of oneByOne(chat(request(), { targetModel: 'canned', signal, stream }))) if (chunk.type === 'finish') return;
}

interface Used {
  all: number;
  main: number;
}

/** Microseconds of CPU a call, of all threads and of the main one. */
async function cost(count: number, call: () => Promise<void>): Promise<Used> {
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
  await Promise.all(Array.from({ length: CONCURRENT }, caller));
  const [allAfter, mainAfter] = [process.cpuUsage(all), process.threadCpuUsage(main)];
  return { all: (allAfter.user + allAfter.system) / count, main: (mainAfter.user + mainAfter.system) / count };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function row(name: string, stream: boolean, count: number, unit: string, parts: number): Promise<void> {
  await cost(count, () => inside(stream));
  await cost(count, () => alone(stream));
  const rounds: Used[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const own = await cost(count, () => inside(stream));
    const floor = await cost(count, () => alone(stream));
    rounds.push({ all: (own.all - floor.all) / parts, main: (own.main - floor.main) / parts });
  }
  const shown = rounds.map(({ all }) => all.toFixed(parts === 1 ? 0 : 2)).join(', ');
  console.log(`${name}: ${median(rounds.map(({ all }) => all)).toFixed(2)} us CPU ${unit}, main thread ${median(rounds.map(({ main }) => main)).toFixed(2)} (rounds ${shown})`);
}

await row('a whole answer', false, calls, 'a call', 1);
await row(`a stream of ${EVENTS} events`, true, Math.ceil(calls / 40), 'an event', EVENTS);
await ledger.close();
await access.close();
rmSync(dataDir, { recursive: true });
