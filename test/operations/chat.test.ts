import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, failsWith, startFakeOpenAI, tokenPieces, tokens, withFaults, type FakeVendor } from '../faults/index.ts';
import { TestGateway } from '../harness/gateway.ts';

let vendor: FakeVendor;
let gateway: TestGateway;

const ASK = /* GraphQL */ `
  query Ask($input: ChatInput!) {
    chat(input: $input) {
      text
      finishReason
      refusal
      message { role content { ... on TextPart { text } ... on ToolCall { id name arguments argumentsObject } } }
      toolCalls { id name argumentsObject }
      meta { id model provider targetModel usage { input output cachedInput reasoning reported } cost { usd known } attempts { outcome } warnings }
    }
  }
`;

const SUBSCRIBE = /* GraphQL */ `
  subscription Tokens($input: ChatInput!) {
    chat(input: $input) {
      __typename
      ... on ChatDelta { sequence text }
      ... on ChatToolCallDelta { sequence index id name arguments }
      ... on ChatDone { sequence text finishReason toolCalls { name argumentsObject } meta { usage { output } timeToFirstTokenMs } }
      ... on ChatError { sequence code message }
    }
  }
`;

const hello = { messages: [{ role: 'USER', content: [{ text: 'Hello' }] }] };

interface Asked {
  chat: {
    text: string;
    finishReason: string;
    refusal: string | null;
    toolCalls: { id: string; name: string; argumentsObject: unknown }[];
    meta: { id: string; model: string; provider: string; targetModel: string; usage: Record<string, unknown>; cost: { usd: number | null; known: boolean }; attempts: { outcome: string }[] };
  };
}
interface ChatEventData {
  chat: { __typename: string; sequence: number; text?: string; code?: string; arguments?: string; finishReason?: string; toolCalls?: unknown[] };
}

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  gateway = await TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: {
        support: {
          operation: 'chat',
          route: { retries: 0, firstTokenMs: 2_000, idleMs: 500 },
          targets: [{ provider: 'shop', model: 'gpt-test', price: { input: 1, output: 2, cachedInput: 0.5 } }],
        },
      },
    },
  });
});
beforeEach(() => vendor.reset());
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
});

describe('chat as a query', () => {
  test('answers whole, with usage, cost and the attempt', async () => {
    vendor.behave(answers({ text: 'Good day', usage: { input: 100, output: 20, cachedInput: 40, reasoning: 5 } }));
    const { data, errors } = await gateway.query<Asked>(ASK, { input: hello });
    expect(errors).toBeUndefined();
    expect(data?.chat).toMatchObject({ text: 'Good day', finishReason: 'STOP', refusal: null });
    expect(data?.chat.meta).toMatchObject({
      model: 'support',
      provider: 'shop',
      targetModel: 'gpt-test',
      usage: { input: 100, output: 20, cachedInput: 40, reasoning: 5, reported: true },
      attempts: [{ outcome: 'OK' }],
    });
    // 60 at 1, 40 at 0.5 and 20 at 2 USD per million.
    expect(data?.chat.meta.cost).toEqual({ usd: 0.00012, known: true });
    expect(vendor.violations).toEqual([]);
  });

  test('hands tools to the vendor and their calls back', async () => {
    vendor.behave(answers({ toolCalls: [{ id: 'call_1', name: 'order', arguments: { number: 7 } }, { id: 'call_2', name: 'order', arguments: { number: 8 } }] }));
    const tools = [{ name: 'order', description: 'Looks an order up', parameters: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] } }];
    const { data, errors } = await gateway.query<Asked>(ASK, { input: { ...hello, tools, toolChoice: { mode: 'REQUIRED' } } });
    expect(errors).toBeUndefined();
    expect(data?.chat.finishReason).toBe('TOOL_CALLS');
    expect(data?.chat.toolCalls).toEqual([
      { id: 'call_1', name: 'order', argumentsObject: { number: 7 } },
      { id: 'call_2', name: 'order', argumentsObject: { number: 8 } },
    ]);
    expect(vendor.violations).toEqual([]);
  });

  test('tells a refusal as what the model said', async () => {
    vendor.behave(answers({ refusal: 'I will not do that' }));
    const { data } = await gateway.query<Asked>(ASK, { input: hello });
    expect(data?.chat).toMatchObject({ text: '', refusal: 'I will not do that', finishReason: 'REFUSAL' });
  });

  test('a vendor that fails is one coded error', async () => {
    vendor.behave(failsWith(503));
    const { data, errors } = await gateway.query(ASK, { input: hello });
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({ path: ['chat'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
  });

  test('is in the ledger when it is answered', async () => {
    vendor.behave(answers({ text: 'Good day', usage: { input: 10, output: 2 } }));
    const { data } = await gateway.query<Asked>(ASK, { input: { ...hello, metadata: { ticket: 'T-1' } } });
    const { data: ledger } = await gateway.query<{ calls: { nodes: unknown[] } }>('{ calls(first: 1) { nodes { id operation model outcome streamed metadata cost { usd } } } }');
    expect(ledger?.calls.nodes).toEqual([
      { id: data?.chat.meta.id, operation: 'CHAT', model: 'support', outcome: 'OK', streamed: false, metadata: { ticket: 'T-1' }, cost: { usd: 0.000014 } },
    ]);
  });
});

describe('chat as a subscription', () => {
  test('comes in pieces without gaps and ends in one ChatDone', async () => {
    vendor.behave(tokens(30));
    const events = await gateway.collect<ChatEventData>(SUBSCRIBE, { input: hello });
    const chat = events.map((event) => event.data?.chat);
    expect(chat.map((event) => event?.sequence)).toEqual(chat.map((_, index) => index));
    expect(chat.filter((event) => event?.__typename === 'ChatDelta').map((event) => event?.text).join('')).toBe(tokenPieces(30).join(''));
    expect(chat.at(-1)).toMatchObject({ __typename: 'ChatDone', text: tokenPieces(30).join(''), finishReason: 'STOP' });
    expect(chat.filter((event) => event?.__typename === 'ChatDone' || event?.__typename === 'ChatError')).toHaveLength(1);
  });

  test('tool calls come in pieces', async () => {
    vendor.behave(answers({ toolCalls: [{ name: 'order', arguments: { number: 4711, note: 'as soon as possible' } }] }));
    const tools = [{ name: 'order', parameters: { type: 'object' } }];
    const events = await gateway.collect<ChatEventData>(SUBSCRIBE, { input: { ...hello, tools } });
    const pieces = events.map((event) => event.data?.chat).filter((event) => event?.__typename === 'ChatToolCallDelta');
    expect(JSON.parse(pieces.map((piece) => piece?.arguments).join(''))).toEqual({ number: 4711, note: 'as soon as possible' });
    expect(events.at(-1)?.data?.chat).toMatchObject({ finishReason: 'TOOL_CALLS', toolCalls: [{ name: 'order' }] });
  });

  test.each([
    ['cut', { kind: 'cut', afterTokens: 12 } as const],
    ['ended early', { kind: 'endEarly', afterTokens: 12 } as const],
    ['stalled', { kind: 'stall', afterTokens: 12 } as const],
    ['garbled', { kind: 'garble', token: 12 } as const],
    ['broken by an error event', { kind: 'errorEvent', afterTokens: 12 } as const],
  ])('a stream that is %s ends in one ChatError, never in ChatDone', async (_, fault) => {
    vendor.behave(withFaults(tokens(30), fault));
    const events = await gateway.collect<ChatEventData>(SUBSCRIBE, { input: hello });
    const chat = events.map((event) => event.data?.chat);
    expect(chat.map((event) => event?.sequence)).toEqual(chat.map((_, index) => index));
    expect(chat.at(-1)).toMatchObject({ __typename: 'ChatError', code: 'STREAM_INTERRUPTED' });
    expect(chat.filter((event) => event?.__typename === 'ChatDone')).toEqual([]);
  });

  test('a client that unsubscribes aborts the vendor call, and the call is recorded', async () => {
    vendor.behave(tokens(1_000, { betweenTokensMs: 20 }));
    let seen = 0;
    for await (const _ of gateway.socket().iterate({ query: SUBSCRIBE, variables: { input: hello } })) if (++seen === 3) break;
    await expect.poll(() => vendor.requests[0]?.aborted).toBe(true);
    await expect
      .poll(async () => (await gateway.query<{ calls: { nodes: unknown[] } }>('{ calls(first: 1) { nodes { outcome streamed usage { reported } } } }')).data?.calls.nodes)
      .toEqual([{ outcome: 'ABORTED', streamed: true, usage: { reported: false } }]);
  });
});
