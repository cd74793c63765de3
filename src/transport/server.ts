import type { ApolloServer } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallContext, Principal } from '../canonical/call.ts';
import { AbortedError, KanonError } from '../canonical/errors.ts';
import { requestContext, type RequestContext, type Services } from '../graphql/context.ts';
import type { TrustedDocuments } from '../graphql/documents/trusted.ts';
import type { GraphQLExecutor } from '../graphql/execution/executor.ts';
import type { Admission, Authenticator } from '../policy/principals/authenticator.ts';
import type { Log } from '../telemetry/log.ts';
import type { Tracer } from '../telemetry/tracing/tracer.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';
import { handleByApollo, startApollo } from './graphql/apollo.ts';
import { answerDirectly } from './graphql/direct.ts';
import { withDocument } from './graphql/document.ts';
import { framingOf } from './graphql/framing.ts';
import { paramsOfBody, paramsOfUrl } from './graphql/params.ts';
import { handleStreamed, refuseSimpleRequest } from './graphql/streamed.ts';
import type { SocketLife } from './graphql/socket-life.ts';
import { CLOSING } from './graphql/socket-protocol.ts';
import { GraphQLWebSockets } from './graphql/websocket.ts';
import { CallerAddress } from './http/address.ts';
import { parseJson, readBody } from './http/body.ts';
import { handleCors } from './http/cors.ts';
import { isForeignPage } from './http/foreign-page.ts';
import { HttpError, sendError, sendJson } from './http/respond.ts';
import { traceOf, traceRequest } from './http/trace.ts';
import type { FlatHeaders, GatewayResponse } from './http/response.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createListener, renewCertificate, type TlsFiles } from './http/tls.ts';
import { wishesOf } from './http/wishes.ts';
import type { SealedRedis } from '../redis/sealed.ts';
import type { RestFacade } from './rest/rest.ts';
import { sendMetrics } from './metrics.ts';
import { ScopeError } from './scope.ts';
import { handleUpload } from './uploads.ts';

export interface TransportOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  executor: GraphQLExecutor;
  services: Services;
  authenticator: Authenticator;
  /** Told of whoever a path is not for. */
  onRefused: (error: ScopeError, path: string) => void;
  corsOrigins: readonly string[];
  /** Networks of proxies whose `x-forwarded-for` is believed. */
  trustedProxies: readonly string[];
  /** Largest body, uploads excepted, and largest message of a socket; in bytes. */
  maxBodyBytes: number;
  maxSubscriptionsPerSocket: number;
  socketLife: SocketLife;
  documents: TrustedDocuments;
  /** Null: without TLS. */
  tls: TlsFiles | null;
  /** Everybody is let in without a key. */
  open: boolean;
  /** Null where none is shared. */
  redis: { readonly isUp: boolean } | null;
  /** For what instances share and nobody else may read; null where there is no Redis, or no secret that they share. */
  sealed: SealedRedis | null;
  metrics: Pick<Metrics, 'text' | 'contentType'>;
  /** Null where nothing is traced. */
  tracer: Tracer | null;
  log: Log;
}

/** Milliseconds in which a request must have arrived whole, uploads included. */
const REQUEST_MS = 60_000;
/** Milliseconds between two looks at whether those who are being answered are still let in. */
const LOOK_MS = 500;
const GRAPHQL_PATH = '/graphql';
const HEALTH_PATHS: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);
/** Milliseconds between two looks at whether all requests have ended. */
const DRAIN_LOOK_MS = 25;
/** Connections that may wait to be taken: a burst of them must not be reset while this thread is busy. The kernel's own bound holds, too. */
const BACKLOG = 4_096;

/** One port for all: bytes in, bytes out. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #http: ReturnType<typeof createListener>;
  readonly #sockets: GraphQLWebSockets;
  /** Loaded with its first request: many gateways only ever speak GraphQL. */
  #rest: RestFacade | null = null;
  readonly #addresses: CallerAddress;
  readonly #securityHeaders: FlatHeaders;
  readonly #running = new Map<IncomingMessage, { response: GatewayResponse; admission: Admission | null }>();
  #look: NodeJS.Timeout | null = null;
  /** Without keys (`--dev`), pages of other origins are kept out. */
  readonly #isRefused = (request: IncomingMessage): boolean => this.#options.open && isForeignPage(request, this.#options.corsOrigins);
  #apollo: ApolloServer<RequestContext> | null = null;
  #draining = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#addresses = new CallerAddress(options.trustedProxies);
    this.#securityHeaders = securityHeaders(options.tls !== null);
    this.#http = createListener(options.tls, { requestTimeout: REQUEST_MS, headersTimeout: 10_000, keepAliveTimeout: 65_000 }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#sockets = new GraphQLWebSockets({ ...options, life: options.socketLife, isRefused: this.#isRefused, maxPayloadBytes: options.maxBodyBytes, addressOf: (request) => this.#addresses.of(request) });
    this.#sockets.attach(this.#http, GRAPHQL_PATH);
  }

  /** Reads the certificate again. @throws KanonError when it cannot be used; the old one stays */
  renewCertificate(): void {
    if (this.#options.tls !== null) renewCertificate(this.#http, this.#options.tls);
  }

  /** Starts to listen. @throws KanonError when the port cannot be had */
  async start(): Promise<AddressInfo> {
    const { host, port, executor } = this.#options;
    this.#apollo = await startApollo(executor, true);
    this.#look = setInterval(() => this.#breakOffEnded(), LOOK_MS).unref();
    this.#http.listen({ port, host, backlog: BACKLOG });
    await once(this.#http, 'listening').catch((cause: unknown) => {
      throw new KanonError('INTERNAL', `Cannot listen on ${host}:${port}; is it in use?`, { cause });
    });
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new KanonError('INTERNAL', 'The server has no address.');
    return address;
  }

  /** Takes no new work and says so, gives what runs its time, and ends the rest. @param graceMs milliseconds */
  async close(graceMs: number): Promise<void> {
    this.#draining = true;
    await Promise.all([this.#quiet(graceMs), this.#sockets.close(graceMs)]);
    clearInterval(this.#look ?? undefined);
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    this.#http.closeAllConnections();
    await closed;
    await this.#apollo?.stop();
  }

  /** Waits until no request runs any more, at the longest for so many milliseconds. */
  async #quiet(graceMs: number): Promise<void> {
    const until = performance.now() + graceMs;
    while (this.#running.size > 0 && performance.now() < until) await sleep(DRAIN_LOOK_MS);
  }

  async #handle(request: IncomingMessage, response: GatewayResponse): Promise<void> {
    const requestId = randomUUID();
    const controller = new AbortController();
    response.common = ['x-request-id', requestId, ...this.#securityHeaders];
    if (this.#draining) response.setHeader('connection', 'close');
    traceRequest(this.#options.tracer, request, response, requestId);
    this.#running.set(request, { response, admission: null });
    response.once('close', () => {
      this.#running.delete(request);
      if (!response.writableFinished) controller.abort(new AbortedError());
    });
    request.on('error', () => {});
    try {
      if (handleCors(request, response, this.#options.corsOrigins)) return;
      // Over /graphql, what a page can send without asking first is refused there.
      if (pathOf(request) !== GRAPHQL_PATH && this.#isRefused(request)) throw new KanonError('FORBIDDEN', 'A page of another origin may not call this; allow it in `server.cors.origins`.');
      await this.#route(request, response, requestId, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return;
      if (error instanceof ScopeError) this.#options.onRefused(error, pathOf(request) ?? '/');
      if (!(error instanceof KanonError) && !(error instanceof HttpError) && !(error instanceof GraphQLError)) this.#options.log.error({ err: error, requestId }, 'a request failed in an unexpected way');
      sendError(response, error, requestId);
    }
  }

  async #restFacade(): Promise<RestFacade> {
    const { RestFacade } = await import('./rest/rest.ts');
    this.#rest ??= new RestFacade({ ...this.#options, admit: (request, authorization, signal) => this.#admit(request, authorization, signal) });
    return this.#rest;
  }

  /** @throws KanonError when the caller is not let in */
  async #admit(request: IncomingMessage, authorization: string | undefined, signal: AbortSignal): Promise<Principal> {
    const admission = await this.#options.authenticator.authenticate({ authorization, address: this.#addresses.of(request), signal });
    const running = this.#running.get(request);
    if (running !== undefined) running.admission = admission;
    return admission.principal;
  }

  /** Breaks off answers to keys that have expired or were revoked meanwhile. */
  #breakOffEnded(): void {
    for (const { response, admission } of this.#running.values()) {
      if (admission !== null && admission.current() === null) response.destroy();
    }
  }

  async #route(request: IncomingMessage, response: GatewayResponse, requestId: string, signal: AbortSignal): Promise<void> {
    const path = pathOf(request);
    if (this.#draining && !HEALTH_PATHS.has(path)) throw CLOSING;
    const authenticated = async (): Promise<CallContext> => {
      const principal = await this.#admit(request, request.headers.authorization, signal);
      return { principal, signal, requestId, metadata: null, ...wishesOf(request.headers), ...traceOf(request) };
    };
    switch (path) {
      case GRAPHQL_PATH:
        return this.#graphql(request, response, await authenticated());
      case '/uploads':
        return handleUpload(request, response, this.#options.services.media, await authenticated());
      case '/metrics':
        return sendMetrics(response, this.#options.metrics, await authenticated());
      case '/export': {
        const call = await authenticated();
        const { handleExport } = await import('./export.ts');
        return handleExport(request, response, this.#options.services.ledger, call);
      }
      case '/healthz':
        return sendJson(response, 200, { status: 'ok' });
      case '/readyz':
        return this.#ready(response);
      default:
        if (path?.startsWith('/v1/') === true) return (this.#rest ?? (await this.#restFacade())).handle(request, response, requestId, signal);
        throw new HttpError(404, new KanonError('BAD_USER_INPUT', 'There is nothing at this path; GraphQL is at /graphql, and the vendors\' APIs are below /v1.'));
    }
  }

  /** Without Redis the gateway works on: a fleet must not go down with it. */
  #ready(response: GatewayResponse): void {
    const { redis } = this.#options;
    const shared = redis === null ? {} : { redis: redis.isUp ? 'up' : 'down' };
    sendJson(response, this.#draining ? 503 : 200, { status: this.#draining ? 'draining' : 'ready', ...shared });
  }

  async #graphql(request: IncomingMessage, response: GatewayResponse, call: CallContext): Promise<void> {
    const { executor, services, documents, log, maxBodyBytes } = this.#options;
    const context = requestContext(services, call);
    const framing = framingOf(request.headers.accept);
    if (framing !== null) refuseSimpleRequest(request);
    const json = request.headers['content-type']?.toLowerCase().startsWith('application/json') === true;
    // What is not JSON is refused by whoever answers; it needs no reading.
    const body = request.method === 'POST' && json ? parseJson(await readBody(request, maxBodyBytes, call.signal)) : undefined;
    const asked = await withDocument(documents, call.principal, request, body);
    if (framing !== null && (request.method === 'POST' || request.method === 'GET')) {
      const params = request.method === 'POST' ? paramsOfBody(asked.body) : paramsOfUrl(asked.url);
      return handleStreamed(executor, framing, params, context, response, log);
    }
    if (json && request.method === 'POST' && (await answerDirectly(executor, asked.body, context, response))) return;
    if (this.#apollo === null) throw new KanonError('INTERNAL', 'The server has not started.');
    return handleByApollo(this.#apollo, request, response, asked.body, async () => context, call.signal, asked.url);
  }
}

function pathOf({ url = '/' }: IncomingMessage): string | undefined {
  return url.split('?', 1)[0];
}
