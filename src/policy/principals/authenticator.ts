import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import type { ApiKey } from '../../ledger/keys/api-key.ts';

/** Finds out who calls, the same way for every transport. */
export interface Authenticator {
  /**
   * @param authorization the header, or what a socket says in its place: `Bearer kn_...`
   * @throws KanonError UNAUTHENTICATED
   */
  authenticate(authorization: string | undefined): Principal;
}

/** Principals by the API keys that the ledger keeps. */
export class KeyAuthenticator implements Authenticator {
  readonly #keys: { find(shown: string): ApiKey | null };

  constructor(keys: { find(shown: string): ApiKey | null }) {
    this.#keys = keys;
  }

  authenticate(authorization: string | undefined): Principal {
    if (authorization === undefined) {
      throw new KanonError('UNAUTHENTICATED', 'This needs a key: send `Authorization: Bearer kn_...`, over WebSocket in connectionParams.authorization.');
    }
    const shown = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    const key = shown === undefined ? null : this.#keys.find(shown);
    if (key === null) throw new KanonError('UNAUTHENTICATED', 'The key is not known, has expired or was revoked.');
    return { keyId: key.id, app: key.app, user: key.user, team: key.team, scopes: key.scopes };
  }
}

/** Lets everybody in: `--dev`, on loopback only. */
export const OPEN: Authenticator = {
  authenticate: () => ({ keyId: null, app: 'dev', user: null, team: null, scopes: ['*'] }),
};
