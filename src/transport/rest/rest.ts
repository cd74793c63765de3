import type { IncomingMessage } from 'node:http';
import type { CacheLook, CallContext, Principal } from '../../canonical/call.ts';
import { InputError, KanonError } from '../../canonical/errors.ts';
import { uuidv7 } from '../../canonical/ids.ts';
import type { Services } from '../../graphql/context.ts';
import type { SealedRedis } from '../../redis/sealed.ts';
import type { Log } from '../../telemetry/log.ts';
import { parseJson, readBody } from '../http/body.ts';
import { HttpError } from '../http/respond.ts';
import type { GatewayResponse } from '../http/response.ts';
import { traceOf } from '../http/trace.ts';
import { wishesOf } from '../http/wishes.ts';
import { ScopeError } from '../scope.ts';
import { anthropicEndpoints } from './anthropic/endpoints.ts';
import { anthropicError } from './anthropic/errors.ts';
import type { Endpoint, Exchange, RestAnswer } from './exchange.ts';
import { failureOf, type RestFailure } from './failure.ts';
import { IdempotentAnswers } from './idempotency.ts';
import { openAIEndpoints } from './openai/endpoints.ts';
import { openAIError } from './openai/errors.ts';
import { cacheHeaders } from './meta-headers.ts';
import { object } from './read.ts';
import { send } from './send.ts';
import { SharedAnswers } from './shared-answers.ts';

export interface RestOptions {
  services: Services;
  /** @throws KanonError when the caller is not let in */
  admit: (request: IncomingMessage, authorization: string | undefined, signal: AbortSignal) => Principal | Promise<Principal>;
  /** Told of whoever a path is not for. */
  onRefused: (error: ScopeError, path: string) => void;
  /** Largest body, in bytes. */
  maxBodyBytes: number;
  /** What instances share; null for nothing. */
  sealed: SealedRedis | null;
  log: Log;
}

/** A vendor's API: its paths, and its shape of errors. */
interface Dialect {
  endpoint: (method: string, path: string) => { endpoint: Endpoint; name: string };
  error: (failure: RestFailure, requestId: string) => RestAnswer;
}

/**
 * The APIs of OpenAI and Anthropic below `/v1`, in front of the same operations as GraphQL: it translates a request,
 * has it answered, and translates the answer back.
 */
export class RestFacade {
  readonly #options: RestOptions;
  readonly #openai: Dialect = { endpoint: finder(openAIEndpoints()), error: openAIError };
  readonly #anthropic: Dialect = { endpoint: finder(anthropicEndpoints()), error: anthropicError };
  readonly #answers: IdempotentAnswers;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#answers = new IdempotentAnswers(options.sealed === null ? null : new SharedAnswers(options.sealed));
  }

  /** Answers a request whose path begins with `/v1/`. Errors are answered too, in the shape of the vendor. */
  async handle(request: IncomingMessage, response: GatewayResponse, requestId: string, signal: AbortSignal): Promise<void> {
    const place = placeOf(request.url ?? '/');
    const dialect = this.#dialectOf(place.path, request);
    try {
      await send(response, await this.#answer(dialect, place, request, requestId, signal), signal);
    } catch (error) {
      if (response.destroyed) return;
      if (response.headersSent) {
        this.#options.log.error({ err: error, requestId }, 'a streamed answer failed in an unexpected way');
        response.destroy();
        return;
      }
      if (error instanceof ScopeError) this.#options.onRefused(error, place.path);
      const failure = failureOf(error);
      if (failure.code === 'INTERNAL') this.#options.log.error({ err: error, requestId }, 'a request failed in an unexpected way');
      // What is left of the request's body is not read: the connection closes.
      if (!request.complete) response.setHeader('connection', 'close');
      await send(response, dialect.error(failure, requestId), signal);
    }
  }

  /** Both vendors have `/v1/models`; only one has a header for its version. */
  #dialectOf(path: string, request: IncomingMessage): Dialect {
    const isAnthropic = path === '/v1/messages' || path.startsWith('/v1/messages/') || request.headers['anthropic-version'] !== undefined;
    return isAnthropic ? this.#anthropic : this.#openai;
  }

  async #answer(dialect: Dialect, { path, query }: Place, request: IncomingMessage, requestId: string, signal: AbortSignal): Promise<RestAnswer> {
    const { services, maxBodyBytes } = this.#options;
    const principal = await this.#principal(request, signal);
    const { endpoint, name } = dialect.endpoint(request.method ?? '', path);
    const bytes = endpoint.method === 'POST' ? await readBody(request, maxBodyBytes, signal) : null;
    const told: { look: CacheLook | null } = { look: null };
    const call: CallContext & { callId: string } = {
      principal,
      signal,
      requestId,
      metadata: null,
      ...wishesOf(request.headers),
      ...traceOf(request),
      callId: uuidv7(),
      onLookedUp: (look) => {
        told.look = look;
      },
    };
    const exchange: Exchange = { name, query, headers: request.headers, body: bytes === null ? {} : bodyOf(request, bytes), call, services };
    const key = request.headers['idempotency-key'];
    const answer = key === undefined || bytes === null ? await endpoint.answer(exchange) : await this.#answers.once({ app: principal.app, path, key: String(key), body: bytes, signal }, () => endpoint.answer(exchange));
    return told.look === null ? answer : { ...answer, headers: { ...answer.headers, ...cacheHeaders(told.look) } };
  }

  /** @throws KanonError UNAUTHENTICATED */
  #principal(request: IncomingMessage, signal: AbortSignal): Principal | Promise<Principal> {
    const { headers } = request;
    const key = headers['x-api-key'];
    // A program of Anthropic's SDK may send both; its key is what it was given.
    const authorization = headers.authorization ?? (key === undefined ? undefined : `Bearer ${String(key)}`);
    return this.#options.admit(request, authorization, signal);
  }
}

function bodyOf(request: IncomingMessage, bytes: Buffer) {
  if (request.headers['content-type']?.toLowerCase().startsWith('application/json') !== true) {
    throw new HttpError(400, new InputError('content-type', 'expected application/json.'));
  }
  return object(parseJson(bytes), 'body');
}

/** Where in the API a request goes. */
interface Place {
  path: string;
  query: Exchange['query'];
}

/** A path with nothing in it to decode or to resolve, and no query. */
const PLAIN_PATH = /^(?:\/[\w-]+)+$/;
const NO_QUERY: Exchange['query'] = new URLSearchParams();

function placeOf(url: string): Place {
  if (PLAIN_PATH.test(url)) return { path: url, query: NO_QUERY };
  const { pathname, searchParams } = new URL(url, 'http://kanon');
  return { path: pathname, query: searchParams };
}

/**
 * Finds endpoints by method and path.
 * @throws HttpError 404, 405
 */
function finder(endpoints: readonly Endpoint[]): Dialect['endpoint'] {
  const exact = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, { endpoint, name: '' }]));
  return (method, path) => {
    const known = exact.get(`${method} ${path}`);
    if (known !== undefined) return known;
    const there = endpoints.map((endpoint) => ({ endpoint, name: nameIn(path, endpoint.path) })).filter((found): found is { endpoint: Endpoint; name: string } => found.name !== null);
    const found = there.find(({ endpoint }) => endpoint.method === method);
    if (found !== undefined) return found;
    if (there.length === 0) throw new HttpError(404, new KanonError('BAD_USER_INPUT', `There is nothing at ${path.slice(0, 128)}.`));
    throw new HttpError(405, new KanonError('BAD_USER_INPUT', `This path takes ${there.map(({ endpoint }) => endpoint.method).join(' or ')}.`));
  };
}

/** The name in a path, empty where the pattern has none; null where the path is another one. */
function nameIn(path: string, pattern: string): string | null {
  if (!pattern.endsWith('*')) return path === pattern ? '' : null;
  if (!path.startsWith(pattern.slice(0, -1))) return null;
  try {
    return decodeURIComponent(path.slice(pattern.length - 1)) || null;
  } catch {
    return null;
  }
}
