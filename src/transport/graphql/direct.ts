import type { RequestContext } from '../../graphql/context.ts';
import type { GraphQLExecutor } from '../../graphql/execution/executor.ts';
import { answersInParts } from '../../graphql/execution/incremental.ts';
import type { GatewayResponse } from '../http/response.ts';
import { statusOf } from './apollo.ts';
import { asksForCost, isRecord } from './params.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

/** The type of the answer by what clients of today accept; anything else is for Apollo to weigh. */
const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, */*', JSON_TYPE],
  ['application/json, text/plain, */*', JSON_TYPE],
  ['application/graphql-response+json', GRAPHQL_TYPE],
  ['application/graphql-response+json, application/json', GRAPHQL_TYPE],
  ['application/graphql-response+json,application/json;q=0.9', GRAPHQL_TYPE],
]);

/**
 * Answers the request that nearly all are: a POST of JSON with a valid document whose answer has one part. It is
 * answered as Apollo Server would, over the same executor. What is not quite that is left to Apollo, refusals with it.
 * @param body the parsed JSON body of a POST
 * @returns false when nothing was done
 */
export async function answerDirectly(executor: GraphQLExecutor, body: unknown, context: RequestContext, response: GatewayResponse): Promise<boolean> {
  const { accept = '' } = response.req.headers;
  const contentType = CONTENT_TYPES.get(accept);
  if (contentType === undefined || !isRecord(body)) return false;
  const { query, operationName = null, variables = null, extensions = null } = body;
  if (typeof query !== 'string' || query === '') return false;
  if (operationName !== null && typeof operationName !== 'string') return false;
  if (variables !== null && !isRecord(variables)) return false;
  if (extensions !== null && (!isRecord(extensions) || extensions['persistedQuery'] !== undefined)) return false;
  const prepared = executor.prepare(query, operationName, context.call.principal);
  if ('errors' in prepared || prepared.type === 'subscription' || answersInParts(prepared.document, variables)) return false;
  const answer = await executor.execute({ document: prepared.document, operationName, variables, context, incremental: 'v0.2', tellCost: asksForCost(extensions) }, prepared.type);
  if (answer.kind === 'parts') {
    await answer.parts.return(undefined);
    return false;
  }
  response.endWith(statusOf(answer.hasData, accept), ['content-type', contentType], `${answer.json}\n`);
  return true;
}
