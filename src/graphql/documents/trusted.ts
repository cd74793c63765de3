import { GraphQLError } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import { readId } from './document-id.ts';
import type { DocumentStore } from './store.ts';

/**
 * `off`: documents are sent as text. `prefer`: or by the id of a registered one. `only`: by such an id, and no other
 * way.
 */
export type TrustMode = 'off' | 'prefer' | 'only';

/** What a request says of its document. */
export interface AskedDocument {
  query: string | null;
  /** `documentId`, or Apollo's `extensions.persistedQuery.sha256Hash`. */
  id: string | null;
}

/** Which documents may be executed. The codes are those that GraphQL clients know. */
export class TrustedDocuments {
  readonly #store: Pick<DocumentStore, 'get'>;
  readonly #modeOf: (principal: Principal) => TrustMode;

  constructor(store: Pick<DocumentStore, 'get'>, modeOf: (principal: Principal) => TrustMode) {
    this.#store = store;
    this.#modeOf = modeOf;
  }

  /**
   * The text to execute; null when the request has none, and none was to be had.
   * @throws GraphQLError PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_ID_REQUIRED, PERSISTED_QUERY_NOT_SUPPORTED
   */
  async resolve({ query, id }: AskedDocument, principal: Principal): Promise<string | null> {
    const mode = this.#modeOf(principal);
    const text = query === '' ? null : query;
    if (id === null) {
      if (mode === 'only') throw refusal('PERSISTED_QUERY_ID_REQUIRED', 'Only registered documents are executed here: send `documentId: "sha256:..."`.');
      return text;
    }
    if (mode === 'off') {
      if (text === null) throw refusal('PERSISTED_QUERY_NOT_SUPPORTED', 'Documents by their ids are not accepted here: send the text in `query`.');
      return text;
    }
    const hex = readId(id);
    const registered = hex === null ? null : await this.#store.get(hex);
    if (registered !== null) return registered;
    if (mode === 'prefer' && text !== null) return text;
    throw refusal('PERSISTED_QUERY_NOT_FOUND', 'No document is registered under this id.');
  }
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
