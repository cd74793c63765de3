import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocket } from 'ws';
import { ADMIN_KEY, type TestGateway } from './gateway.ts';

/** Policies under which much is done with what is sent. */
export const FUZZED = {
  default: {
    mask: ['EMAIL', 'PHONE', 'CARD', 'IBAN', 'IP', 'API_KEY', 'PERSON', 'ADDRESS'],
    guardrails: [
      { kind: 'injection', on: ['input', 'grounding', 'output'] },
      { kind: 'words', words: ['sorry'], mode: 'rewrite' },
      { kind: 'secrets', mode: 'rewrite', on: ['input', 'grounding', 'output'] },
      { kind: 'systemPrompt' },
      { kind: 'languages', allowed: ['en'], mode: 'flag', on: ['input', 'output'] },
    ],
  },
};

/** What random and mutated requests have shown. */
export interface FuzzReport {
  requests: number;
  /** How often each status or close code came. */
  outcomes: Map<string, number>;
  /** Requests that were answered with a 5xx without a code, with a fault of the gateway, or not at all. */
  faults: string[];
}

/** Whole numbers from a seed, the same every time (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to `sides` - 1. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.roll(items.length)] ?? items[0];
  }
}

const DOCUMENTS = [
  '{ viewer { app scopes models { name } } }',
  'query ($input: ChatInput!) { chat(input: $input) { text message { content { ... on TextPart { text } } } meta { id attempts { outcome } } } }',
  'query M($input: MultimodalInput!) { multimodal(input: $input) { ...A ... @defer(label: "x") { chat(groundedOn: [SENTIMENT]) { text } } meta { plan { branch } } } } fragment A on MultimodalResult { sentiment { label } embed { dimensions } }',
  'subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDelta { text } ... on ChatDone { text } ... on ChatError { code } } }',
  'query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Call { id user } ... on Model { name } } }',
  '{ calls(first: 3, filter: { app: "shop" }) { nodes { id metadata } pageInfo { endCursor } } usage(by: [DAY, USER], from: "2026-01-01T00:00:00Z") { calls } }',
  '{ __schema { types { name fields { name args { name } } } } _service { sdl } }',
] as const;
const VARIABLES = [
  {},
  { input: { messages: [{ role: 'USER', content: [{ text: 'Hi' }] }], maxTokens: 5, temperature: 0.2, metadata: { a: [1, { b: null }] } } },
  { input: { text: 'My coffee was cold.', images: [{ base64: 'iVBORw0KGgo=' }] } },
  { of: [{ __typename: 'Call', id: 'x' }, { __typename: 'Model', name: 'replies' }] },
] as const;
const VALUES = [null, true, -1, 1e308, 0.1, '', '\u0000', '💥\ud800', [], {}, [[[]]], { __proto__: 1 }, 'x'.repeat(5_000), { toString: 'no' }, 'constructor'] as const;
const TOKENS = ['{', '}', '(', ')', '...', '@', '$', ':', '"""', '"', '\\', 'fragment F on Query { ...F }', '__typename', '@skip(if: true)', '@defer', '@stream', 'on', '[', '!', '\u202e', '\ufeff', '#', '9'.repeat(400)] as const;

/** A text with pieces cut out, doubled, flipped or put in. */
function mutateText(text: string, dice: Dice): string {
  let mutated = text;
  for (let times = dice.roll(4); times > 0; times--) {
    const at = dice.roll(mutated.length + 1);
    const length = dice.roll(12);
    switch (dice.roll(5)) {
      case 0:
        mutated = mutated.slice(0, at) + mutated.slice(at + length);
        break;
      case 1:
        mutated = mutated.slice(0, at) + mutated.slice(at, at + length).repeat(dice.roll(20)) + mutated.slice(at);
        break;
      case 2:
        mutated = mutated.slice(0, at) + dice.pick(TOKENS) + mutated.slice(at);
        break;
      case 3:
        mutated = mutated.slice(0, at) + String.fromCharCode(dice.roll(0x1_0000)) + mutated.slice(at + 1);
        break;
      default:
        mutated = mutated.slice(0, at);
    }
  }
  return mutated;
}

/** A JSON value in which some values are others. */
function mutateValue(value: unknown, dice: Dice): unknown {
  if (dice.roll(12) === 0) return dice.pick(VALUES);
  if (Array.isArray(value)) return dice.roll(10) === 0 ? Array.from({ length: dice.roll(40) }, () => value[0]) : value.map((item) => mutateValue(item, dice));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (dice.roll(20) === 0 ? [] : [[dice.roll(20) === 0 ? mutateText(key, dice) : key, mutateValue(inner, dice)]])));
  }
  return typeof value === 'string' && dice.roll(6) === 0 ? mutateText(value, dice) : value;
}

function payload(dice: Dice): Record<string, unknown> {
  const query = mutateText(dice.pick(DOCUMENTS), dice);
  const named = dice.roll(8) === 0 ? { documentId: dice.pick(VALUES) } : {};
  const extensions = dice.roll(8) === 0 ? { extensions: dice.pick<unknown>([{ persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }, { persistedQuery: 7 }, null, 'x']) } : {};
  const operationName = dice.roll(8) === 0 ? { operationName: dice.pick(VALUES) } : {};
  return { query, variables: mutateValue(dice.pick(VARIABLES), dice), ...operationName, ...named, ...extensions };
}

interface Wire {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Buffer;
}

function httpRequest(dice: Dice): Wire {
  const path = dice.pick(['/graphql', '/graphql', '/graphql', '/graphql?x=1', '/uploads', '/v1/chat/completions', '/v1/embeddings', '/v1/messages', '/v1/models', '/metrics', '/export?what=calls', '/%00', '//graphql', '/graphql/..'] as const);
  const method = path === '/graphql' ? dice.pick(['POST', 'POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'HEAD'] as const) : dice.pick(['POST', 'GET', 'DELETE'] as const);
  const type = dice.pick(['application/json', 'application/json', 'application/json', 'application/json; charset=utf-16', 'text/plain', 'image/png', 'multipart/form-data; boundary=x', ''] as const);
  const accept = dice.pick(['application/json', 'application/graphql-response+json', 'text/event-stream', 'multipart/mixed', 'multipart/mixed; subscriptionSpec=1.0', '*/*', ';;;'] as const);
  const key = dice.roll(12) === 0 ? mutateText(`Bearer ${ADMIN_KEY}`, dice).replace(/[^\x20-\x7e]/g, '') : `Bearer ${ADMIN_KEY}`;
  const headers: Record<string, string> = { accept, authorization: key, ...(type !== '' && { 'content-type': type }) };
  const asked = payload(dice);
  if (method === 'GET' && path === '/graphql') {
    const search = new URLSearchParams(Object.entries(asked).map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
    return { method, path: `${path}?${mutateText(search.toString(), dice).replace(/[^\x21-\x7e]/g, '')}`.slice(0, 8_000), headers, body: '' };
  }
  const json = JSON.stringify(path.startsWith('/v1/') ? mutateValue({ model: 'replies', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5, stream: dice.roll(2) === 0, input: ['a'] }, dice) : dice.roll(15) === 0 ? [asked, asked] : asked);
  const text = dice.roll(5) === 0 ? mutateText(json, dice) : json;
  const body = dice.roll(20) === 0 ? Buffer.from(text, 'utf16le') : text;
  return { method, path, headers, body: method === 'GET' || method === 'HEAD' ? '' : body };
}

/** Sends random and mutated requests over HTTP and WebSocket, one in a hundred as bytes that are no HTTP. */
export async function fuzz(gateway: TestGateway, count: number, seed: number, atOnce = 16): Promise<FuzzReport> {
  const report: FuzzReport = { requests: 0, outcomes: new Map(), faults: [] };
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const note = (outcome: string): void => void report.outcomes.set(outcome, (report.outcomes.get(outcome) ?? 0) + 1);
  const lane = async (number: number): Promise<void> => {
    const dice = new Dice(seed + number * 7_919);
    while (report.requests < count) {
      report.requests += 1;
      const kind = dice.roll(100);
      if (kind === 0) note(await sendBytes(gateway, dice));
      else if (kind < 25) report.requests += (await talk(gateway, dice, note, report.faults)) - 1;
      else await exchange(gateway, agent, httpRequest(dice), note, report.faults);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, number) => lane(number)));
  agent.destroy();
  return report;
}

async function exchange(gateway: TestGateway, agent: Agent, wire: Wire, note: (outcome: string) => void, faults: string[]): Promise<void> {
  const { method, path, headers, body } = wire;
  const told = (what: string): void => void faults.push(`${what}: ${JSON.stringify({ method, path, headers: { ...headers, authorization: '' }, body: String(body).slice(0, 1_500) })}`);
  try {
    const sent = request(gateway.url + path, { method, headers, agent, signal: AbortSignal.timeout(20_000) });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    const status = answer.statusCode ?? 0;
    note(String(status));
    if (text.includes('"INTERNAL"')) told('a fault of the gateway');
    else if (status >= 500 && !/"code": ?"[A-Z_a-z]+"|"type": ?"[a-z_]+"/.test(text)) told(`${status} without a code`);
  } catch (error) {
    // A request that was refused before it was whole may find its connection closed.
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    note(code);
    if (!['ECONNRESET', 'EPIPE'].includes(code)) told(code);
  }
}

/** Bytes that are no HTTP, or none that ends. */
async function sendBytes(gateway: TestGateway, dice: Dice): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.write(Buffer.from(Array.from({ length: 1 + dice.roll(200) }, () => dice.roll(256))));
  socket.end();
  await once(socket, 'close');
  return 'bytes';
}

/** A socket with up to ten messages. @returns how many were sent */
async function talk(gateway: TestGateway, dice: Dice, note: (outcome: string) => void, faults: string[]): Promise<number> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  const messages: string[] = [];
  socket.on('message', (message) => {
    // `next`, `error` and `complete` come of operations that were taken.
    note(`socket message ${/"type":"(\w+)"/.exec(String(message))?.[1] ?? '?'}`);
    if (String(message).includes('"INTERNAL"')) faults.push(`a fault of the gateway: ${messages.join('\n').slice(0, 3_000)}`);
  });
  const closed = once(socket, 'close') as Promise<[number]>;
  await once(socket, 'open');
  messages.push(JSON.stringify({ type: 'connection_init', payload: dice.roll(15) === 0 ? dice.pick(VALUES) : { authorization: `Bearer ${ADMIN_KEY}` } }));
  for (let index = dice.roll(10); index > 0; index--) {
    // What breaks the protocol closes the socket, and what comes after it is lost: most messages keep to it.
    const type = dice.roll(30) === 0 ? dice.pick(['next', 'x'] as const) : dice.pick(['subscribe', 'subscribe', 'subscribe', 'subscribe', 'ping', 'complete'] as const);
    const message = { id: dice.roll(30) === 0 ? dice.pick(VALUES) : String(dice.roll(100)), type, payload: payload(dice) };
    messages.push(dice.roll(25) === 0 ? mutateText(JSON.stringify(message), dice) : JSON.stringify(message));
  }
  const [hello = '', ...rest] = messages;
  socket.send(hello);
  // Who does not wait until it is let in is turned away at once; most do.
  if (dice.roll(10) > 0) await Promise.race([closed, new Promise((resolve) => socket.once('message', resolve))]);
  for (const message of rest) socket.send(message, { binary: dice.roll(30) === 0 });
  const waited = await Promise.race([closed, new Promise<null>((resolve) => setTimeout(() => resolve(null), dice.roll(60)))]);
  if (waited === null) socket.close();
  const late = setTimeout(() => {
    faults.push(`a socket does not close: ${messages.join('\n').slice(0, 3_000)}`);
    socket.terminate();
  }, 20_000);
  const [code] = await closed;
  clearTimeout(late);
  note(`socket ${code}`);
  // What the protocol knows for a fault of the server.
  if (code === 1011 || code === 4500) faults.push(`closed with ${code}: ${messages.join('\n').slice(0, 3_000)}`);
  return messages.length;
}

/** Bytes in use after what can be freed is freed. */
export async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  for (let times = 0; times < 3; times++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
