/**
 * Opens sockets, subscribes on each, and counts what comes: `node client.ts PORT SOCKETS TOKENS KEY`, forked by run.ts,
 * which says what to do next.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { microseconds, readWord } from './words.ts';

const [, , port = '', sockets = '', tokens = '', key = ''] = process.argv;
const QUERY = 'subscription ($input: ChatInput!) { chat(input: $input) { __typename ... on ChatDelta { sequence text } ... on ChatDone { sequence finishReason } ... on ChatError { sequence code message } } }';
const VARIABLES = { input: { messages: [{ role: 'USER', content: [{ text: 'My kettle leaks. Please write to me at jane@example.com.' }] }] } };
/** Sockets that are opened, and operations that are begun, at once. */
const AT_ONCE = 25;

/** What a client has counted since it was last asked. */
export interface Counts {
  tokens: number;
  /** Delays by milliseconds, rounded up. */
  delays: number[];
  /** Streams that have ended whole, and in order. */
  whole: number;
  /** What went wrong, by what it is. */
  faults: Record<string, number>;
}

export type Order = 'open' | 'subscribe' | 'count';

let counts: Counts = { tokens: 0, delays: [], whole: 0, faults: {} };
const fault = (what: string): void => {
  counts.faults[what] = (counts.faults[what] ?? 0) + 1;
};

interface Next {
  type: string;
  payload?: { data?: { chat?: { __typename: string; sequence: number; text?: string; code?: string } }; errors?: unknown };
}

class Reader {
  readonly #socket: WebSocket;
  #words = 0;
  #sequence = 0;
  #ended = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#read(String(data)));
    socket.on('close', () => (this.#ended ? undefined : fault('closed too early')));
    socket.on('error', () => fault('a socket failed'));
  }

  static async open(): Promise<Reader> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false, skipUTF8Validation: true });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
    await once(socket, 'message');
    return new Reader(socket);
  }

  async subscribe(): Promise<void> {
    this.#socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: VARIABLES } }));
    await once(this.#socket, 'message');
  }

  #read(text: string): void {
    const { type, payload }: Next = JSON.parse(text);
    if (type === 'complete') return this.#ended ? undefined : fault('complete without an end');
    const event = payload?.data?.chat;
    if (event === undefined) return fault(`not an event: ${text.slice(0, 200)}`);
    if (event.sequence !== this.#sequence++) fault('out of sequence');
    if (event.__typename === 'ChatDone') {
      this.#ended = true;
      if (this.#words === Number(tokens)) counts.whole++;
      else fault('words were lost');
    } else if (event.__typename === 'ChatDelta' && event.text !== undefined) {
      const { place, writtenAt } = readWord(event.text);
      if (place !== this.#words++) fault('a word is out of its place');
      const delay = Math.ceil((microseconds() - writtenAt) / 1_000);
      counts.delays[delay] = (counts.delays[delay] ?? 0) + 1;
      counts.tokens++;
    } else fault(`${event.__typename} ${event.code}`);
  }
}

const readers: Reader[] = [];

/** So many at once, until all are done. */
async function all(count: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

process.on('message', (order: Order) => {
  void (async () => {
    if (order === 'open') await all(Number(sockets), async () => void readers.push(await Reader.open()));
    if (order === 'subscribe') await all(readers.length, async (index) => readers[index]?.subscribe());
    process.send?.(counts);
    counts = { tokens: 0, delays: [], whole: 0, faults: {} };
  })();
});
