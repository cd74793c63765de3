import { GraphQLError, type ExecutionArgs, type OperationTypeNode } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { CacheWish, Principal } from '../../canonical/call.ts';
import { InputError, KanonError } from '../../canonical/errors.ts';
import type { TraceSpan } from '../../canonical/trace.ts';
import { requestContext, type RequestContext, type Services } from '../../graphql/context.ts';
import type { TrustedDocuments } from '../../graphql/documents/trusted.ts';
import type { ExecutionRequest, GraphQLExecutor } from '../../graphql/execution/executor.ts';
import type { Admission, Authenticator } from '../../policy/principals/authenticator.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Tracer } from '../../telemetry/tracing/tracer.ts';
import { cacheWish } from '../http/cache-control.ts';
import { askedOf } from './document.ts';
import { OperationStream, type SendPart } from './operation-stream.ts';
import { asksForCost } from './params.ts';
import type { LivingSocket, SocketLife } from './socket-life.ts';

export interface WebSocketOptions {
  executor: GraphQLExecutor;
  services: Services;
  authenticator: Authenticator;
  maxPayloadBytes: number;
  maxSubscriptionsPerSocket: number;
  life: SocketLife;
  documents: TrustedDocuments;
  addressOf: (request: IncomingMessage) => string;
  /** Null where nothing is traced. */
  tracer: Tracer | null;
  /** Whether the sender may not even open a socket. */
  isRefused: (request: IncomingMessage) => boolean;
  log: Log;
}

/** What is kept of a socket. */
export interface SocketState extends Record<PropertyKey, unknown>, LivingSocket {
  address: string;
  /** Aborted when the socket closes. */
  signal: AbortSignal;
  admission: Admission | null;
  traceparent: unknown;
  /** Sends a message; a promise when the client is slower than its messages come. */
  send: (message: string) => Promise<void> | void;
  /** Operations that run, by their ids. */
  operations: Readonly<Record<string, unknown>>;
}

/** One operation of a socket, from when it is taken to when it is executed. */
class SocketOperation {
  readonly controller = new AbortController();
  readonly type: OperationTypeNode;
  readonly request: RequestContext;
  readonly send: SendPart;
  readonly tellCost: boolean;

  constructor({ type, send, tellCost }: Pick<SocketOperation, 'type' | 'send' | 'tellCost'>, services: Services, principal: Principal, { trace, cache }: { trace: TraceSpan | undefined; cache: CacheWish | null }) {
    this.type = type;
    this.send = send;
    this.tellCost = tellCost;
    this.request = requestContext(services, { principal, signal: this.controller.signal, requestId: randomUUID(), metadata: null, ...(trace !== undefined && { trace }), ...(cache !== null && { cache }) });
  }
}

/** How the messages of a socket are answered: who is let in, and how an operation runs. */
export function protocolOptions({ executor, services, authenticator, documents, maxSubscriptionsPerSocket, tracer }: WebSocketOptions, isDraining: () => boolean): ServerOptions<Record<string, unknown>, SocketState> {
  // Queries are streams too, so that they can be ended at any moment.
  const run = (args: ExecutionArgs): OperationStream => {
    const operation: unknown = args.contextValue;
    if (!(operation instanceof SocketOperation)) throw new TypeError('an operation that was not taken by onSubscribe');
    const request: ExecutionRequest = {
      document: args.document,
      operationName: args.operationName ?? null,
      variables: args.variableValues ?? null,
      context: operation.request,
      incremental: 'v0.2',
      tellCost: operation.tellCost,
    };
    return new OperationStream(operation.controller, () => executor.execute(request, operation.type), operation.send);
  };
  return {
    onConnect: async ({ connectionParams, extra, subscriptions }) => {
      extra.operations = subscriptions;
      const authorization = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
      try {
        const { address, signal } = extra;
        extra.admission = await authenticator.authenticate({ authorization: typeof authorization === 'string' ? authorization : undefined, address, signal });
        return true;
      } catch (error) {
        // The protocol has a close code for it (4403) and no room for more.
        if (error instanceof KanonError) return false;
        throw error;
      }
    },
    onSubscribe: async ({ extra, subscriptions }, id, payload) => {
      if (isDraining()) return [refusal(CLOSING)];
      // As it stands now: a policy may have changed since the socket was opened.
      const principal = extra.admission?.current() ?? null;
      if (principal === null) return [refusal(new KanonError('UNAUTHENTICATED', 'The key of the socket has expired or was revoked.'))];
      if (Object.keys(subscriptions).length > maxSubscriptionsPerSocket) {
        return [refusal(new KanonError('RATE_LIMITED', `A socket may have at most ${maxSubscriptionsPerSocket} operations at once.`, { details: { retryAfterMs: 1_000 } }))];
      }
      let query: string | null;
      try {
        query = await documents.resolve(askedOf({ ...payload }), principal);
      } catch (error) {
        if (error instanceof GraphQLError) return [error];
        throw error;
      }
      const cache = wishOf(payload.extensions?.['cacheControl']);
      if (cache instanceof KanonError) return [refusal(cache)];
      const prepared = executor.prepare(query ?? '', payload.operationName ?? null, principal);
      if ('errors' in prepared) return prepared.errors;
      return {
        schema: executor.schema,
        document: prepared.document,
        operationName: payload.operationName ?? null,
        variableValues: payload.variables ?? null,
        contextValue: new SocketOperation(
          { type: prepared.type, send: nextMessages(id, extra.send), tellCost: asksForCost(payload.extensions) },
          services,
          principal,
          { trace: tracer?.place(payload.extensions?.['traceparent'] ?? extra.traceparent), cache },
        ),
      };
    },
    execute: run,
    subscribe: run,
  };
}

/** What `extensions.cacheControl` says: a socket has one set of headers for all its operations. */
function wishOf(cacheControl: unknown): CacheWish | KanonError | null {
  if (cacheControl === undefined) return null;
  try {
    if (typeof cacheControl !== 'string') throw new InputError('extensions.cacheControl', 'expected text, such as "no-cache".');
    return cacheWish(cacheControl, 'extensions.cacheControl');
  } catch (error) {
    if (error instanceof KanonError) return error;
    throw error;
  }
}

/** The message `next` of the protocol for each part of an operation. */
function nextMessages(id: string, send: SocketState['send']): SendPart {
  const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return (json) => send(`${start}${json}}`);
}

/** What is told to who asks while the gateway closes. */
export const CLOSING = new KanonError('UPSTREAM_UNAVAILABLE', 'This gateway is closing; ask again, and another will answer.', { details: { retryAfterMs: 1_000 } });

function refusal(error: KanonError): GraphQLError {
  return new GraphQLError(error.message, { extensions: { code: error.code, ...error.details } });
}
