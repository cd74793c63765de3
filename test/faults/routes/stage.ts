import type { FormattedExecutionResult } from 'graphql';
import type { Client } from 'graphql-ws';
import { startFakeAnthropic, startFakeOpenAI, type FakeVendor } from '../index.ts';
import { TestGateway } from '../../harness/gateway.ts';
import { askByOpenAI } from './by-openai.ts';

/** What a caller sees of one call, however it was asked for. */
export interface Told {
  text: string;
  finishReason: string | null;
  /** Of the error; null when there is none. */
  code: string | null;
  retryAfterMs: number | null;
  message: string | null;
  meta: ToldMeta | null;
  ms: number;
  /** The types of all events of a stream; empty where the answer came whole. */
  events: string[];
}

export interface ToldMeta {
  provider: string;
  targetModel: string;
  usage: { input: number; output: number; reported: boolean };
  cost: { usd: number | null };
  attempts: { provider: string; outcome: string; durationMs: number; reason: string | null; usage: { input: number; output: number; reported: boolean } | null; cost: { usd: number | null } | null }[];
}

const META = 'meta { provider targetModel usage { input output reported } cost { usd } attempts { provider outcome durationMs reason usage { input output reported } cost { usd } } }';
const ASK = `query Ask($input: ChatInput!) { chat(input: $input) { text finishReason ${META} } }`;
const SUBSCRIBE = `subscription Tokens($input: ChatInput!) {
  chat(input: $input) {
    __typename
    ... on ChatDelta { sequence text }
    ... on ChatToolCallDelta { sequence index }
    ... on ChatDone { sequence text finishReason ${META} }
    ... on ChatError { sequence code message retryAfterMs }
  }
}`;
const SUBSCRIBE_WITH_RESTART = SUBSCRIBE.replace('... on ChatDone', '... on ChatRestart { sequence } ... on ChatDone');

export const hello = { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] };
export type Way = 'whole' | 'streamed' | 'whole by OpenAI' | 'streamed by OpenAI';
export const WAYS: readonly Way[] = ['whole', 'streamed'];
/** The same over the REST facade, by the official SDK. */
export const REST_WAYS: readonly Way[] = ['whole by OpenAI', 'streamed by OpenAI'];

interface StreamEvent {
  __typename: string;
  sequence: number;
  text?: string;
  finishReason?: string;
  meta?: ToldMeta;
  code?: string;
  message?: string;
  retryAfterMs?: number | null;
}

/** A gateway with fake vendors behind it: `first` speaks like OpenAI, `second` like Anthropic. */
export class Stage implements AsyncDisposable {
  readonly first: FakeVendor;
  readonly second: FakeVendor;
  readonly gateway: TestGateway;
  readonly #sockets = new Map<number, Client>();

  private constructor(first: FakeVendor, second: FakeVendor, gateway: TestGateway) {
    this.first = first;
    this.second = second;
    this.gateway = gateway;
  }

  static async open(options: StageOptions = {}): Promise<Stage> {
    const { route = {}, firstTarget = {}, secondTarget = {}, alone = false, models = {}, acceptsPrefill = true, apiKeys, providers = {}, moreTargets = [], policies } = options;
    const [first, second] = await Promise.all([startFakeOpenAI({}, { otherKeys: apiKeys ?? [] }), startFakeAnthropic({}, { acceptsPrefill })]);
    const targets = [{ provider: 'first', model: 'one', ...firstTarget }, { provider: 'second', model: 'two', ...secondTarget }, ...moreTargets];
    const gateway = await TestGateway.start({
      config: {
        providers: {
          first: { kind: 'openai', baseUrl: first.url, ...(apiKeys === undefined ? { apiKey: 'test-key' } : { apiKeys }) },
          second: { kind: 'anthropic', apiKey: 'test-key', baseUrl: second.url },
          ...providers,
        },
        models: {
          support: {
            operation: 'chat',
            route: { firstTokenMs: 1_000, idleMs: 1_000, ...route },
            targets: alone ? targets.slice(0, 1) : targets,
          },
          // The same, with the other vendor in front.
          reverse: { operation: 'chat', route: { firstTokenMs: 1_000, idleMs: 1_000, ...route }, targets: targets.toReversed() },
          ...models,
        },
        ...(policies !== undefined && { policies }),
      },
    });
    return new Stage(first, second, gateway);
  }

  async ask(way: Way, input: Record<string, unknown> = {}, init: RequestInit = {}): Promise<Told> {
    if (way === 'whole by OpenAI' || way === 'streamed by OpenAI') return askByOpenAI(this.gateway, 'support', way === 'streamed by OpenAI');
    const started = performance.now();
    if (way === 'whole') {
      const result = await this.gateway.query<{ chat: { text: string; finishReason: string; meta: ToldMeta } }>(ASK, { input: { ...hello, ...input } }, init);
      return { ...wholeTold(result), ms: performance.now() - started };
    }
    return this.stream(input);
  }

  /** @param options `restart`: the client knows ChatRestart */
  async stream(input: Record<string, unknown> = {}, options: { restart?: boolean } = {}): Promise<Told> {
    const client = this.gateway.socket();
    try {
      return await subscribe(client, options.restart === true ? SUBSCRIBE_WITH_RESTART : SUBSCRIBE, input);
    } finally {
      await client.dispose();
    }
  }

  /** As `stream`, on a socket that stays open for others. */
  shared(socket: number, input: Record<string, unknown> = {}): Promise<Told> {
    const client = this.#sockets.get(socket) ?? this.gateway.socket();
    this.#sockets.set(socket, client);
    return subscribe(client, SUBSCRIBE, input);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await Promise.all([this.first.close(), this.second.close()]);
  }
}

async function subscribe(client: Client, query: string, input: Record<string, unknown>): Promise<Told> {
  const started = performance.now();
  const events: StreamEvent[] = [];
  for await (const { data } of client.iterate<{ chat: StreamEvent }>({ query, variables: { input: { ...hello, ...input } } })) {
    if (data?.chat !== undefined) events.push(data.chat);
  }
  return { ...streamTold(events), ms: performance.now() - started };
}

export interface StageOptions {
  route?: Record<string, unknown>;
  firstTarget?: Record<string, unknown>;
  secondTarget?: Record<string, unknown>;
  /** Without the second target. */
  alone?: boolean;
  models?: Record<string, unknown>;
  acceptsPrefill?: boolean;
  apiKeys?: readonly string[];
  providers?: Record<string, unknown>;
  policies?: Record<string, unknown>;
  moreTargets?: readonly Record<string, unknown>[];
}

function wholeTold({ data, errors }: FormattedExecutionResult<{ chat: { text: string; finishReason: string; meta: ToldMeta } }>): Omit<Told, 'ms'> {
  const error = errors?.[0];
  const { code, retryAfterMs } = error?.extensions ?? {};
  return {
    text: data?.chat?.text ?? '',
    finishReason: data?.chat?.finishReason ?? null,
    code: typeof code === 'string' ? code : null,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    message: error?.message ?? null,
    meta: data?.chat?.meta ?? null,
    events: [],
  };
}

/** @throws Error when the stream is not one: gaps, or another number of ends than one */
function streamTold(events: readonly StreamEvent[]): Omit<Told, 'ms'> {
  const types = events.map(({ __typename }) => __typename);
  const ends = types.filter((type) => type === 'ChatDone' || type === 'ChatError');
  if (ends.length !== 1 || ends[0] !== types.at(-1)) throw new Error(`a stream with these ends: ${types.join(' ')}`);
  const gap = events.findIndex(({ sequence }, index) => sequence !== index);
  if (gap >= 0) throw new Error(`event ${gap} has the sequence ${events[gap]?.sequence}`);
  const begin = types.lastIndexOf('ChatRestart') + 1;
  const text = events.slice(begin).map((event) => (event.__typename === 'ChatDelta' ? event.text : '')).join('');
  const last = events.at(-1);
  if (last?.__typename === 'ChatDone' && last.text !== text) throw new Error(`the pieces make "${text}", the end says "${last.text}"`);
  return {
    text,
    finishReason: last?.finishReason ?? null,
    code: last?.code ?? null,
    retryAfterMs: last?.retryAfterMs ?? null,
    message: last?.message ?? null,
    meta: last?.meta ?? null,
    events: types,
  };
}
