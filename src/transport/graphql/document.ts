import type { IncomingMessage } from 'node:http';
import type { Principal } from '../../canonical/call.ts';
import type { AskedDocument, TrustedDocuments } from '../../graphql/documents/trusted.ts';
import { isRecord } from './params.ts';

/** A request over HTTP with its document in it as text, whatever way it was named. */
export interface WithDocument {
  /** Of a POST. */
  body: unknown;
  /** Path and query. */
  url: string;
}

/**
 * Puts the text of a registered document in the place of its id. What is no GraphQL request stays as it is: whoever
 * reads it next refuses it.
 * @throws GraphQLError as `TrustedDocuments.resolve`
 */
export async function withDocument(documents: TrustedDocuments, principal: Principal, request: IncomingMessage, body: unknown): Promise<WithDocument> {
  const url = request.url ?? '/';
  if (request.method === 'GET') {
    const [path = '/', search = ''] = url.split(/\?(.*)/s);
    const params = new URLSearchParams(search);
    const extensions = parsed(params.get('extensions'));
    const query = await documents.resolve({ query: params.get('query'), id: idOf(params.get('documentId'), extensions) }, principal);
    if (query === null || query === params.get('query')) return { body, url: withoutPersisted(path, params, extensions) ?? url };
    params.set('query', query);
    return { body, url: withoutPersisted(path, params, extensions) ?? `${path}?${params}` };
  }
  if (request.method !== 'POST' || !isRecord(body)) return { body, url };
  const asked = askedOf(body);
  const query = await documents.resolve(asked, principal);
  if (asked.id === null) return { body, url };
  const { documentId: _, extensions, ...rest } = body;
  const others = isRecord(extensions) ? Object.fromEntries(Object.entries(extensions).filter(([name]) => name !== 'persistedQuery')) : extensions;
  return { body: { ...rest, query, ...(others === undefined ? {} : { extensions: others }) }, url };
}

/** What a message of a socket says of its document. */
export function askedOf(fields: Readonly<Record<string, unknown>>): AskedDocument {
  return { query: typeof fields['query'] === 'string' ? fields['query'] : null, id: idOf(fields['documentId'], fields['extensions']) };
}

/** Apollo reads `persistedQuery` itself, and would refuse it. Null where there is none. */
function withoutPersisted(path: string, params: URLSearchParams, extensions: unknown): string | null {
  if (!isRecord(extensions) || extensions['persistedQuery'] === undefined) return null;
  const { persistedQuery: _, ...others } = extensions;
  params.set('extensions', JSON.stringify(others));
  return `${path}?${params}`;
}

function idOf(documentId: unknown, extensions: unknown): string | null {
  if (typeof documentId === 'string') return documentId;
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isRecord(persisted) ? persisted['sha256Hash'] : undefined;
  return typeof hash === 'string' ? hash : null;
}

function parsed(json: string | null): unknown {
  try {
    return json === null ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
