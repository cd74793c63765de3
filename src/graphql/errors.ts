import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AbortedError, KanonError, type ErrorCode } from '../canonical/errors.ts';
import type { Log } from '../telemetry/log.ts';

const HIDDEN = 'Something went wrong in this gateway.';

/** The error at the root of a GraphQL error, through however many wrappings. */
export function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof GraphQLError && root.originalError != null) root = root.originalError;
  return root;
}

/**
 * The one place where errors become GraphQL errors: a code, a message that may be shown, and no more. What is not
 * known to be showable is hidden and logged under the request's id.
 */
export function formatError(error: unknown, requestId: string, log: Log): GraphQLFormattedError {
  const root = rootOf(error);
  const place = error instanceof GraphQLError ? whereOf(error) : {};
  if (root instanceof KanonError) {
    if (root.code === 'INTERNAL') log.error({ err: root, requestId }, 'a request failed');
    return { message: root.message, ...place, extensions: { code: root.code, ...root.details, requestId } };
  }
  if (root instanceof AbortedError) {
    return { message: root.message, ...place, extensions: { code: 'UPSTREAM_TIMEOUT', requestId } };
  }
  if (root instanceof GraphQLError) {
    // graphql-js itself: a document or a variable that does not fit the schema.
    const { code, http: _, ...extensions } = root.extensions;
    return { message: root.message, ...place, extensions: { ...extensions, code: typeof code === 'string' ? code : 'BAD_USER_INPUT', requestId } };
  }
  log.error({ err: root, requestId }, 'a request failed in an unexpected way');
  return { message: HIDDEN, ...place, extensions: { code: 'INTERNAL' satisfies ErrorCode, requestId } };
}

function whereOf(error: GraphQLError): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  return {
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    ...(error.path === undefined ? {} : { path: error.path }),
  };
}
