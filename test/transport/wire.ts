import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { ADMIN_KEY, type TestGateway } from '../harness/gateway.ts';

/** An HTTP request as bytes: nothing is added that the test does not say, but the key. */
export interface WireRequest {
  method?: string;
  path?: string;
  /** Null leaves the key out. */
  key?: string | null;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** Sends a request and does not wait for its answer. */
export function send(gateway: TestGateway, { method = 'POST', path = '/graphql', key = ADMIN_KEY, headers = {}, body }: WireRequest): ClientRequest {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const sent = request(gateway.url + path, { method, headers: { ...authorization, ...headers }, agent: false });
  sent.on('error', () => {});
  sent.end(body);
  return sent;
}

/** Sends a GraphQL operation by POST, asking for an answer of the content type `accept`. */
export function post(gateway: TestGateway, accept: string, query: string, variables: Record<string, unknown> = {}): ClientRequest {
  return send(gateway, { headers: { accept, 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
}

/** The answer to a request, its body not read. */
export async function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

export interface WireAnswer {
  status: number;
  type: string;
  json: { data?: Record<string, unknown> | null; errors?: { message: string; extensions?: Record<string, unknown> }[] };
}

/** Sends a request and reads the JSON that is answered. */
export async function ask(gateway: TestGateway, wire: WireRequest): Promise<WireAnswer> {
  const answer = await answerTo(send(gateway, wire));
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', json: JSON.parse(text) as WireAnswer['json'] };
}

/** One part of an answer in parts, as it is written. */
export type Part = Record<string, unknown>;

/** The parts of a `multipart/mixed` answer, as they come (RFC 2046). */
export async function* parts(answer: IncomingMessage): AsyncGenerator<Part> {
  const boundary = /boundary="?([^";]+)"?/.exec(answer.headers['content-type'] ?? '')?.[1] ?? '';
  let rest = '';
  for await (const chunk of answer) {
    rest += String(chunk);
    // A part is over when its JSON is whole: a reader need not wait for the boundary after it.
    const pieces = rest.split(`--${boundary}`);
    rest = pieces.pop() ?? '';
    for (const piece of pieces) if (bodyOf(piece) !== '') yield JSON.parse(bodyOf(piece)) as Part;
    const whole = wholeJson(bodyOf(rest));
    if (whole !== null) {
      yield whole;
      rest = '';
    }
  }
  if (rest.trim() !== '--' && bodyOf(rest) !== '') throw new Error(`the answer ends in the midst of a part: ${rest}`);
}

function bodyOf(piece: string): string {
  const start = piece.indexOf('\r\n\r\n');
  return start < 0 ? '' : piece.slice(start + 4).trim();
}

function wholeJson(text: string): Part | null {
  try {
    return text === '' ? null : (JSON.parse(text) as Part);
  } catch {
    return null;
  }
}
