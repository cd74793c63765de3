import { InputError } from '../../canonical/errors.ts';
import { HttpError } from '../http/respond.ts';

/** A GraphQL request as it comes in. */
export interface GraphQLParams {
  query: string;
  operationName: string | null;
  variables: Readonly<Record<string, unknown>> | null;
}

/**
 * The parameters of a request by POST, from its JSON body.
 * @throws HttpError 400
 */
export function paramsOfBody(body: unknown): GraphQLParams {
  if (!isRecord(body)) throw new HttpError(400, new InputError('body', 'expected a JSON object with `query`.'));
  return checked(body['query'], body['operationName'], body['variables']);
}

/**
 * The parameters of a request by GET, from its URL.
 * @throws HttpError 400
 */
export function paramsOfUrl(url: string): GraphQLParams {
  const search = new URL(url, 'http://localhost').searchParams;
  const variables = search.get('variables');
  let parsed: unknown = null;
  try {
    parsed = variables === null ? null : JSON.parse(variables);
  } catch (cause) {
    throw new HttpError(400, new InputError('variables', 'expected a JSON object.', cause));
  }
  return checked(search.get('query'), search.get('operationName'), parsed);
}

function checked(query: unknown, operationName: unknown, variables: unknown): GraphQLParams {
  if (typeof query !== 'string' || query === '') throw new HttpError(400, new InputError('query', 'expected a GraphQL document as text.'));
  if (operationName != null && typeof operationName !== 'string') throw new HttpError(400, new InputError('operationName', 'expected text or null.'));
  if (variables != null && !isRecord(variables)) throw new HttpError(400, new InputError('variables', 'expected a JSON object or null.'));
  return { query, operationName: operationName ?? null, variables: variables ?? null };
}

/** Tells a JSON object from everything else. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
