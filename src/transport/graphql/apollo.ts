import { ApolloServer, HeaderMap, type ApolloServerPlugin, type GraphQLResponse, type HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { KanonError, type ErrorCode } from '../../canonical/errors.ts';
import type { RequestContext } from '../../graphql/context.ts';
import type { GraphQLExecutor } from '../../graphql/execution/executor.ts';
import { answersInParts } from '../../graphql/execution/incremental.ts';
import { writeSlowly } from '../http/respond.ts';
import { asksForCost } from './params.ts';

/**
 * GraphQL over HTTP by Apollo Server: it reads the request and writes the answer as the specification says; what is
 * between goes the one way of the executor.
 */
export async function startApollo(executor: GraphQLExecutor, introspection: boolean): Promise<ApolloServer<RequestContext>> {
  const server = new ApolloServer<RequestContext>({
    schema: executor.schema,
    validationRules: [...executor.validationRules],
    parseOptions: { maxTokens: executor.maxTokens },
    introspection,
    // Headers that a form of another site cannot send; a key is one of them.
    csrfPrevention: { requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'] },
    includeStacktraceInErrorResponses: false,
    formatError: inOurCodes,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    plugins: [
      executePlugin(executor),
      // Apollo adds these by itself, by what it finds in the schema and the environment.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return server;
}

function executePlugin(executor: GraphQLExecutor): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      // A well-formed request that could not be executed is 400 only in the newer media type
      // (https://graphql.github.io/graphql-over-http/draft/#sec-application-json).
      willSendResponse: async ({ request, contextValue, response: { http, body } }) => {
        // What Apollo refuses itself, it tells everybody the same.
        if (body.kind === 'single' && body.singleResult.errors !== undefined) body.singleResult.errors = executor.tellErrors(body.singleResult.errors, contextValue.call.principal);
        const code = body.kind === 'single' ? body.singleResult.errors?.[0]?.extensions?.['code'] : undefined;
        if (http.status === 400 && WELL_FORMED.has(code) && !acceptsGraphQLResponse(request.http?.headers.get('accept'))) http.status = 200;
      },
      responseForOperation: async ({ request, document, operation, contextValue }) => {
        // A document without the operation that is named: Apollo says so itself, whatever its types say here.
        if (operation === undefined) return null;
        // Told before anything is asked of a model.
        if (operation.operation === 'subscription' || answersInParts(document, request.variables ?? null)) return single(NOT_IN_PARTS, 406);
        const answer = await executor.execute(
          {
            document,
            operationName: request.operationName ?? null,
            variables: request.variables ?? null,
            context: contextValue,
            incremental: 'v0.2',
            tellCost: asksForCost(request.extensions),
          },
          operation.operation,
        );
        if (answer.kind === 'parts') throw new KanonError('INTERNAL', 'An answer in parts that was not foreseen.');
        return single(JSON.parse(answer.json), statusOf(answer.hasData, request.http?.headers.get('accept')));
      },
    }),
  };
}

/** Apollo's own codes for what it refuses before anything is executed, in those of this gateway. */
const OUR_CODES: ReadonlyMap<unknown, ErrorCode> = new Map([
  ['BAD_REQUEST', 'BAD_USER_INPUT'],
  ['INTERNAL_SERVER_ERROR', 'INTERNAL'],
]);

function inOurCodes(error: GraphQLFormattedError): GraphQLFormattedError {
  const code = OUR_CODES.get(error.extensions?.['code']);
  return code === undefined ? error : { ...error, extensions: { ...error.extensions, code } };
}

/** Codes of requests that are well-formed, and cannot be executed. */
const WELL_FORMED: ReadonlySet<unknown> = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

function acceptsGraphQLResponse(accept: string | undefined): boolean {
  return accept?.includes('application/graphql-response+json') === true;
}

/** What was not executed is 400 only in the newer media type. @param hasData it was executed */
export function statusOf(hasData: boolean, accept: string | undefined): number {
  return !hasData && acceptsGraphQLResponse(accept) ? 400 : 200;
}

function single(singleResult: FormattedExecutionResult, status: number): GraphQLResponse {
  return { http: { headers: new HeaderMap(), status }, body: { kind: 'single', singleResult } };
}

const NOT_IN_PARTS: FormattedExecutionResult = {
  errors: [
    {
      message:
        'This operation answers in parts, and the request accepts only one: send `Accept: text/event-stream` or ' +
        '`Accept: multipart/mixed`, or use the WebSocket.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ],
};

/**
 * Hands one HTTP request to an Apollo Server and writes its answer; a slow reader slows the parts of an incremental
 * answer, one that leaves ends them.
 * @param body the parsed JSON body of a POST
 * @param url path and query, where they are not those of the request
 */
export async function handleByApollo<C extends object>(
  server: ApolloServer<C>,
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  context: () => Promise<C>,
  signal: AbortSignal,
  url = request.url ?? '/',
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const query = url.indexOf('?');
  const httpGraphQLRequest: HTTPGraphQLRequest = {
    method: (request.method ?? 'GET').toUpperCase(),
    headers,
    search: query === -1 ? '' : url.slice(query),
    body,
  };
  const answer = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  if (answer.body.kind === 'complete') {
    response.setHeader('content-length', Buffer.byteLength(answer.body.string));
    response.end(answer.body.string);
    return;
  }
  response.flushHeaders();
  for await (const chunk of answer.body.asyncIterator) {
    if (!(await writeSlowly(response, chunk, signal))) return;
  }
  response.end();
}
