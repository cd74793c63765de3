import type { ApolloServer } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallContext, Principal } from '../canonical/call.ts';
import { AbortedError, KanonError } from '../canonical/errors.ts';
import { requestContext, type RequestContext } from '../graphql/context.ts';
import type { Admission } from '../policy/principals/authenticator.ts';
import { handleByApollo, startApollo } from './graphql/apollo.ts';
import { answerDirectly } from './graphql/direct.ts';
import { withDocument } from './graphql/document.ts';
import { framingOf } from './graphql/framing.ts';
import { paramsOfBody, paramsOfUrl } from './graphql/params.ts';
import { handleStreamed, refuseSimpleRequest } from './graphql/streamed.ts';
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
import { createListener, renewCertificate } from './http/tls.ts';
import { wishesOf } from './http/wishes.ts';
import type { RestFacade } from './rest/rest.ts';
import { sendMetrics } from './metrics.ts';
import type { TransportOptions } from './options.ts';
import { ScopeError } from './scope.ts';
import { handleUpload } from './uploads.ts';

/** Milliseconds in which a request must have arrived whole, uploads included. */
const REQUEST_MS = 60_000;
/** Milliseconds between two looks at whether those who are being answered are still let in. */
const LOOK_MS = 500;
const GRAPHQL_PATH = '/graphql';
const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);
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
    const path = pathOf(request);
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
      if (path !== GRAPHQL_PATH && this.#isRefused(request)) throw new KanonError('FORBIDDEN', 'A page of another origin may not call this; allow it in `server.cors.origins`.');
      await this.#route(path, request, response, requestId, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return;
      if (error instanceof ScopeError) this.#options.onRefused(error, path);
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
  #admit(request: IncomingMessage, authorization: string | undefined, signal: AbortSignal): Principal | Promise<Principal> {
    const admission = this.#options.authenticator.authenticate({ authorization, address: this.#addresses.of(request), signal });
    return admission instanceof Promise ? admission.then((late) => this.#admitted(request, late)) : this.#admitted(request, admission);
  }

  #admitted(request: IncomingMessage, admission: Admission): Principal {
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

  async #call(request: IncomingMessage, requestId: string, signal: AbortSignal): Promise<CallContext> {
    const principal = await this.#admit(request, request.headers.authorization, signal);
    return { principal, signal, requestId, metadata: null, ...wishesOf(request.headers), ...traceOf(request) };
  }

  #route(path: string, request: IncomingMessage, response: GatewayResponse, requestId: string, signal: AbortSignal): void | Promise<void> {
    if (this.#draining && !HEALTH_PATHS.has(path)) throw CLOSING;
    if (path.startsWith('/v1/')) {
      if (this.#rest !== null) return this.#rest.handle(request, response, requestId, signal);
      return this.#restFacade().then((rest) => rest.handle(request, response, requestId, signal));
    }
    const authenticated = (): Promise<CallContext> => this.#call(request, requestId, signal);
    switch (path) {
      case GRAPHQL_PATH:
        return this.#graphql(request, response, authenticated());
      case '/uploads':
        return authenticated().then((call) => handleUpload(request, response, this.#options.services.media, call));
      case '/metrics':
        return authenticated().then((call) => sendMetrics(response, this.#options.metrics, call));
      case '/export':
        return authenticated().then(async (call) => (await import('./export.ts')).handleExport(request, response, this.#options.services.ledger, call));
      case '/healthz':
        return sendJson(response, 200, { status: 'ok' });
      case '/readyz':
        return this.#ready(response);
      default:
        throw new HttpError(404, new KanonError('BAD_USER_INPUT', 'There is nothing at this path; GraphQL is at /graphql, and the vendors\' APIs are below /v1.'));
    }
  }

  /** Without Redis the gateway works on: a fleet must not go down with it. */
  #ready(response: GatewayResponse): void {
    const { redis } = this.#options;
    const shared = redis === null ? {} : { redis: redis.isUp ? 'up' : 'down' };
    sendJson(response, this.#draining ? 503 : 200, { status: this.#draining ? 'draining' : 'ready', ...shared });
  }

  async #graphql(request: IncomingMessage, response: GatewayResponse, authenticated: Promise<CallContext>): Promise<void> {
    const call = await authenticated;
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

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
