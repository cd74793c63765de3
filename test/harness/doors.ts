import { answerTo, ask, parts, send } from '../transport/wire.ts';
import type { TestGateway } from './gateway.ts';

export interface Answer {
  data?: Record<string, unknown> | null | undefined;
  errors?: readonly { message: string; path?: readonly (string | number)[]; extensions?: Record<string, unknown> }[] | undefined;
  extensions?: Record<string, unknown> | undefined;
}

/** Sends one operation and reads everything that is answered. `body` is what stands beside the query: `variables`, `extensions`. */
type Door = (gateway: TestGateway, key: string, query: string | undefined, body?: Record<string, unknown>) => Promise<Answer[]>;

const JSON_TYPE = { 'content-type': 'application/json' };

async function byPost(gateway: TestGateway, key: string, accept: string, payload: object): Promise<Answer[]> {
  const answer = await answerTo(send(gateway, { key, headers: { ...JSON_TYPE, accept }, body: JSON.stringify(payload) }));
  if (answer.headers['content-type']?.startsWith('multipart/mixed') === true) {
    const all: Answer[] = [];
    for await (const part of parts(answer)) all.push(('payload' in part ? part['payload'] : part) as Answer);
    return all;
  }
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  if (answer.headers['content-type']?.startsWith('text/event-stream') !== true) return [JSON.parse(text) as Answer];
  return [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Answer);
}

/** Every transport by which an operation can come, and what a caller reads there. */
export const DOORS: Readonly<Record<string, Door>> = {
  POST: (gateway, key, query, body = {}) => byPost(gateway, key, 'application/json', { query, ...body }),
  GET: async (gateway, key, query, body = {}) => {
    const search = new URLSearchParams(query === undefined ? {} : { query });
    for (const [name, value] of Object.entries(body)) search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    return [(await ask(gateway, { method: 'GET', path: `/graphql?${search}`, key })).json];
  },
  WebSocket: async (gateway, key, query, body = {}) => {
    const all: Answer[] = [];
    try {
      // What a client of today always sends is text; a document by its id comes without.
      for await (const result of gateway.socket({ key }).iterate({ query: query as string, ...body })) all.push(result as Answer);
    } catch (errors) {
      if (!Array.isArray(errors)) throw errors;
      all.push({ errors: errors as NonNullable<Answer['errors']> });
    }
    return all;
  },
  'server-sent events': (gateway, key, query, body = {}) => byPost(gateway, key, 'text/event-stream', { query, ...body }),
  'multipart/mixed': (gateway, key, query, body = {}) => byPost(gateway, key, 'multipart/mixed', { query, ...body }),
};

export const DOOR_NAMES: readonly string[] = Object.keys(DOORS);

/** Knocks at one of them. */
export function knock(door: string, ...args: Parameters<Door>): Promise<Answer[]> {
  const opened = DOORS[door];
  if (opened === undefined) throw new RangeError(`there is no door ${door}`);
  return opened(...args);
}
