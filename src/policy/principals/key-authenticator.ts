import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import { stateOf, type ApiKey } from '../../ledger/keys/api-key.ts';
import type { Policies, Policy } from '../policies.ts';
import type { Admission, Rejection } from './authenticator.ts';
import { grant } from './grant.ts';
import { Networks } from './networks.ts';

export interface KnownKeys {
  /** The key behind a text, also one that is revoked or expired. */
  recall(shown: string): ApiKey | null;
}

/** Principals by the API keys that the ledger keeps. */
export class KeyAuthenticator {
  readonly #keys: KnownKeys;
  readonly #policies: () => Policies;
  /** By the key as it was read: a change makes a new one. */
  readonly #networks = new WeakMap<ApiKey, Networks>();
  /** The same for as long as the key and its policy are. */
  readonly #granted = new WeakMap<ApiKey, { policy: Policy; principal: Principal }>();

  /** @param policies as they are now */
  constructor(keys: KnownKeys, policies: () => Policies) {
    this.#keys = keys;
    this.#policies = policies;
  }

  admit(shown: string, address: string): Admission | Rejection {
    const admitted = this.#principal(shown, address);
    if ('error' in admitted) return admitted;
    return {
      ...admitted,
      current: () => {
        const now = this.#principal(shown, address);
        return 'error' in now ? null : now.principal;
      },
    };
  }

  #principal(shown: string, address: string): Pick<Admission, 'principal'> | Rejection {
    const key = this.#keys.recall(shown);
    if (key === null) return rejected('unknown', null);
    const state = stateOf(key);
    if (state !== 'valid') return rejected(state, key.id);
    if (key.networks !== null && !this.#networksOf(key, key.networks).has(address)) {
      return { error: new KanonError('FORBIDDEN', 'The key may not be used from this address.'), reason: 'network', subject: key.id };
    }
    const policy = this.#policies().get(key.policy ?? 'default');
    if (policy === undefined) {
      return { error: new KanonError('FORBIDDEN', 'The policy of this key is not in the configuration; ask the operator.'), reason: 'policy', subject: key.id };
    }
    const granted = this.#granted.get(key);
    return { principal: granted?.policy === policy ? granted.principal : this.#grant(key, policy) };
  }

  #grant(key: ApiKey, policy: Policy): Principal {
    const { id: keyId, app, user, team, scopes, models } = key;
    const admin = key.policy === null && scopes.includes('*');
    const principal = grant({ keyId, app, user, team, scopes, models }, policy, { admin });
    this.#granted.set(key, { policy, principal });
    return principal;
  }

  #networksOf(key: ApiKey, networks: readonly string[]): Networks {
    const known = this.#networks.get(key) ?? new Networks(networks);
    this.#networks.set(key, known);
    return known;
  }
}

function rejected(reason: 'unknown' | 'expired' | 'revoked', subject: string | null): Rejection {
  return { error: new KanonError('UNAUTHENTICATED', 'The key is not known, has expired or was revoked.'), reason, subject };
}
