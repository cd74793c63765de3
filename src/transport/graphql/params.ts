import { InputError } from '../../canonical/errors.ts';
import { HttpError } from '../http/respond.ts';

/** A GraphQL request as it comes in. */
export interface GraphQLParams {
  query: string;
  operationName: string | null;
  variables: Readonly<Record<string, unknown>> | null;
  /** The answer is to tell what the operation was estimated to cost. */
  tellCost: boolean;
}

/**
 * The parameters of a request by POST, from its JSON body.
 * @throws HttpError 400
 */
export function paramsOfBody(body: unknown): GraphQLParams {
  if (!isRecord(body)) throw new HttpError(400, new InputError('body', 'expected a JSON object with `query`.'));
  return checked(body['query'], body['operationName'], body['variables'], body['extensions']);
}

/**
 * The parameters of a request by GET, from its URL.
 * @throws HttpError 400
 */
export function paramsOfUrl(url: string): GraphQLParams {
  const search = new URL(url, 'http://localhost').searchParams;
  return checked(search.get('query'), search.get('operationName'), parsed(search, 'variables'), parsed(search, 'extensions'));
}

/** Whether the `extensions` of a request ask what the operation is estimated to cost: `{ "cost": true }`. */
export function asksForCost(extensions: unknown): boolean {
  return isRecord(extensions) && extensions['cost'] === true;
}

function parsed(search: URLSearchParams, name: string): unknown {
  const json = search.get(name);
  try {
    return json === null ? null : JSON.parse(json);
  } catch (cause) {
    throw new HttpError(400, new InputError(name, 'expected a JSON object.', cause));
  }
}

function checked(query: unknown, operationName: unknown, variables: unknown, extensions: unknown): GraphQLParams {
  if (typeof query !== 'string' || query === '') throw new HttpError(400, new InputError('query', 'expected a GraphQL document as text.'));
  if (operationName != null && typeof operationName !== 'string') throw new HttpError(400, new InputError('operationName', 'expected text or null.'));
  if (variables != null && !isRecord(variables)) throw new HttpError(400, new InputError('variables', 'expected a JSON object or null.'));
  return { query, operationName: operationName ?? null, variables: variables ?? null, tellCost: asksForCost(extensions) };
}

/** Tells a JSON object from everything else. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
