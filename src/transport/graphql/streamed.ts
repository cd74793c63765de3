import type { IncomingMessage, ServerResponse } from 'node:http';
import { KanonError } from '../../canonical/errors.ts';
import type { RequestContext } from '../../graphql/context.ts';
import { formatError } from '../../graphql/errors.ts';
import type { ExecutionResponse, GraphQLExecutor } from '../../graphql/execution/executor.ts';
import type { Log } from '../../telemetry/log.ts';
import { HttpError, sendJson, writeSlowly } from '../http/respond.ts';
import type { Framing } from './framing.ts';
import type { GraphQLParams } from './params.ts';

const HEARTBEAT_MS = 10_000;

/**
 * A page of another site can send a plain form or a GET, and a browser adds what it knows; a header that a form
 * cannot set proves that the sender asked first (https://www.apollographql.com/docs/apollo-server/security/cors).
 * @throws HttpError 400
 */
export function refuseSimpleRequest(request: IncomingMessage): void {
  const { headers, method } = request;
  const json = headers['content-type']?.toLowerCase().startsWith('application/json') === true;
  if (method === 'POST' && json) return;
  if (method === 'POST') throw new HttpError(415, new KanonError('BAD_USER_INPUT', 'content-type: expected application/json.', { details: { field: 'content-type' } }));
  if (json || headers.authorization !== undefined || headers['apollo-require-preflight'] !== undefined || headers['x-apollo-operation-name'] !== undefined) return;
  throw new HttpError(400, new KanonError('BAD_USER_INPUT', 'A GET needs a header that a form cannot send: add `authorization` or `apollo-require-preflight: true`.'));
}

/** Executes an operation and writes its answer in parts, as they come. A reader that leaves ends the operation. */
export async function handleStreamed(
  executor: GraphQLExecutor,
  framing: Framing,
  params: GraphQLParams,
  context: RequestContext,
  response: ServerResponse,
  log: Log,
): Promise<void> {
  const { signal, requestId } = context.call;
  const prepared = executor.prepare(params.query, params.operationName, context.call.principal);
  if ('errors' in prepared) {
    sendJson(response, 400, { errors: prepared.errors.map((error) => formatError(error, requestId, log)) });
    return;
  }
  if (response.req.method === 'GET' && prepared.type === 'mutation') {
    throw new HttpError(405, new KanonError('BAD_USER_INPUT', 'A mutation cannot be sent by GET; use POST.'));
  }
  const answer = await executor.execute({ ...params, document: prepared.document, context, incremental: framing.incremental }, prepared.type);
  const parts = partsOf(answer);
  response.writeHead(200, { 'content-type': framing.contentType, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  response.write(framing.start);
  const heartbeat = setInterval(() => {
    if (framing.heartbeat !== '' && !response.writableNeedDrain) response.write(framing.heartbeat);
  }, HEARTBEAT_MS);
  try {
    for await (const part of parts) {
      if (!(await writeSlowly(response, framing.part(part), signal))) return;
    }
    response.end(framing.end);
  } finally {
    clearInterval(heartbeat);
  }
}

function partsOf(answer: ExecutionResponse): AsyncGenerator<string> | string[] {
  return answer.kind === 'single' ? [answer.json] : answer.parts;
}
