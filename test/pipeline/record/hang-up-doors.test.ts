import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, neverAnswers, startFakeOpenAI, tokens, withFaults, type FakeVendor, type PartialBehaviour } from '../../faults/index.ts';
import { ADMIN_KEY, TestGateway } from '../../harness/gateway.ts';

let vendor: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeOpenAI();
  gateway = await TestGateway.start({
    config: {
      providers: { shop: { kind: 'openai', apiKey: 'test-key', baseUrl: vendor.url } },
      models: { support: { operation: 'chat', route: { retries: 0, firstTokenMs: 60_000, idleMs: 60_000 }, targets: [{ provider: 'shop', model: 'gpt-test', price: { input: 1, output: 2 } }] } },
      policies: { default: { budget: { usd: 1_000, per: 'month' } } },
    },
  });
});
beforeEach(() => vendor.reset());
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor.close();
});

const QUESTION = 'Tell me a story of a king.';
const SUBSCRIBE = `subscription {
  chat(input: { messages: [{ role: USER, content: [{ text: "${QUESTION}" }] }], tools: [{ name: "order", parameters: { type: "object" } }] }) {
    __typename ... on ChatDelta { text } ... on ChatToolCallDelta { name arguments } ... on ChatDone { text }
  }
}`;

/** A client that reads until all of these have come, in this order, and hangs up; of none it waits for nothing. */
type Door = (told: readonly string[], asked: () => Promise<void>) => Promise<void>;

function heard(text: string, told: readonly string[]): boolean {
  let at = 0;
  for (const piece of told) {
    at = text.indexOf(piece, at);
    if (at < 0) return false;
  }
  return true;
}

async function overWebSocket(told: readonly string[], asked: () => Promise<void>): Promise<void> {
  const client = gateway.socket();
  const stream = client.iterate({ query: SUBSCRIBE });
  let next = stream.next();
  await asked();
  for (let text = ''; !heard(text, told); next = heard(text, told) ? next : stream.next()) text += JSON.stringify((await next).value);
  await client.terminate();
  await next.catch(() => undefined);
  await stream.return?.(undefined);
}

function over(path: string, accept: string, body: object): Door {
  return async (told, asked) => {
    const leaving = new AbortController();
    const answering = fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${ADMIN_KEY}` },
      body: JSON.stringify(body),
      signal: leaving.signal,
    });
    answering.catch(() => undefined);
    await asked();
    if (told.length > 0) {
      let text = '';
      const decoder = new TextDecoder();
      for await (const bytes of (await answering).body ?? []) {
        text += decoder.decode(bytes, { stream: true });
        if (heard(text, told)) break;
      }
    }
    leaving.abort();
  };
}

const rest = { model: 'support', stream: true, messages: [{ role: 'user', content: QUESTION }] };
const parameters = { type: 'object', properties: {} };
const DOORS: Record<string, Door> = {
  'a WebSocket': overWebSocket,
  'server-sent events': over('/graphql', 'text/event-stream', { query: SUBSCRIBE }),
  'chat completions': over('/v1/chat/completions', '*/*', { ...rest, tools: [{ type: 'function', function: { name: 'order', parameters } }] }),
  responses: over('/v1/responses', '*/*', { model: 'support', stream: true, input: QUESTION, tools: [{ type: 'function', name: 'order', parameters }] }),
  messages: over('/v1/messages', '*/*', { ...rest, max_tokens: 100, tools: [{ name: 'order', input_schema: parameters }] }),
};

interface Stage {
  vendor: PartialBehaviour;
  told: string[];
  /** Tokens of the answer that came by then; a few more may be estimated, never fewer. */
  output: number;
}
const order = { toolCalls: [{ name: 'order', arguments: { of: 'Semmelknoedel with mushrooms', and: 'Apfelstrudel with vanilla sauce' } }] };
const STAGES: Record<string, Stage> = {
  'before the vendor says anything': { vendor: neverAnswers, told: [], output: 0 },
  'before the first token': { vendor: tokens(5, { beforeFirstTokenMs: 60_000 }), told: [], output: 0 },
  'in the middle of the text': { vendor: withFaults(tokens(12), { kind: 'stall', afterTokens: 5 }), told: ['w1', 'w5'], output: 5 },
  'after the last token, before the end': { vendor: withFaults(tokens(12), { kind: 'stall', afterTokens: 12 }), told: ['w1', 'w12'], output: 12 },
  'in a tool call': { vendor: withFaults(answers(order), { kind: 'stall', afterTokens: 3 }), told: ['order', 'Sem'], output: 1 },
};

interface Recorded {
  calls: { nodes: { id: string; outcome: string; streamed: boolean; usage: { input: number; output: number; reported: boolean }; cost: { usd: number | null } }[] };
  viewer: { budgets: { spent: number; reserved: number }[] };
}
const READ = '{ calls(first: 100) { nodes { id outcome streamed usage { input output reported } cost { usd } } } viewer { budgets { spent reserved } } }';

async function read(): Promise<{ calls: Recorded['calls']['nodes']; spent: number; reserved: number }> {
  const { data } = await gateway.query<Recorded>(READ);
  const [budget] = data?.viewer.budgets ?? [];
  return { calls: data?.calls.nodes ?? [], spent: budget?.spent ?? 0, reserved: budget?.reserved ?? -1 };
}

describe.each(Object.entries(DOORS))('a client that hangs up over %s', (_, door) => {
  test.each(Object.entries(STAGES))('%s is recorded with what was used until then, marked as estimated', async (_, stage) => {
    const before = (await read()).calls.length;
    vendor.behave(stage.vendor);
    await door(stage.told, () => expect.poll(() => vendor.requests.length).toBe(1));
    await expect.poll(async () => (await read()).calls.length).toBe(before + 1);
    const [call] = (await read()).calls;
    expect(call).toMatchObject({ outcome: 'ABORTED', streamed: true, usage: { reported: false } });
    expect(call?.usage.input).toBeGreaterThan(3);
    expect(call?.usage.output).toBeGreaterThanOrEqual(stage.output);
    expect(call?.usage.output).toBeLessThanOrEqual(stage.output === 0 ? 0 : stage.output + 30);
    expect(call?.cost.usd).toBeGreaterThan(0);
    // The vendor does not go on for nobody.
    await expect.poll(() => vendor.openRequests).toBe(0);
  });
});

test('one that hangs up when all has come is recorded with what the vendor has counted', async () => {
  vendor.behave(answers({ text: 'All of it.', usage: { input: 70, output: 7 } }));
  await over('/v1/chat/completions', '*/*', rest)(['"finish_reason":"stop"'], () => Promise.resolve());
  await expect.poll(async () => (await read()).calls[0]).toMatchObject({ outcome: 'OK', usage: { input: 70, output: 7, reported: true } });
});

test('the budget is charged with what they cost together, and nothing stays reserved', async () => {
  await expect.poll(async () => (await read()).reserved).toBe(0);
  const { calls, spent } = await read();
  expect(spent).toBeCloseTo(calls.reduce((sum, { cost }) => sum + (cost.usd ?? 0), 0), 9);
});
