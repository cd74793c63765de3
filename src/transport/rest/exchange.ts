import type { IncomingHttpHeaders } from 'node:http';
import type { CallContext } from '../../canonical/call.ts';
import type { Services } from '../../graphql/context.ts';
import type { Fields } from './read.ts';

/** One request of the REST facade, its caller known and its body read. */
export interface Exchange {
  /** The path's part that names a thing: `gpt-5` of `/v1/models/gpt-5`; empty where there is none. */
  name: string;
  query: Pick<URLSearchParams, 'get'>;
  headers: IncomingHttpHeaders;
  /** Empty for a GET. */
  body: Fields;
  /** For the one call that the request makes. */
  call: CallContext & { callId: string };
  services: Services;
}

/** What is answered: whole, or in pieces that are framed already. */
export type RestAnswer = WholeAnswer | StreamedAnswer;

export interface WholeAnswer {
  kind: 'whole';
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface StreamedAnswer {
  kind: 'stream';
  headers: Record<string, string>;
  frames: AsyncIterable<string>;
  /** What is known only at the end; null for an answer that did not come to its end. */
  trailers: () => Record<string, string> | null;
}

export interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE';
  /** The last part of a path that ends in `/*` is a name. */
  path: string;
  answer: (exchange: Exchange) => RestAnswer | Promise<RestAnswer>;
}

/** An answer whose body is JSON. */
export function whole(body: unknown, headers: Record<string, string> = {}, status = 200): WholeAnswer {
  return { kind: 'whole', status, headers, body: JSON.stringify(body) };
}
