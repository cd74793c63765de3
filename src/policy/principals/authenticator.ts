import type { Principal } from '../../canonical/call.ts';
import type { KanonError } from '../../canonical/errors.ts';

/** What a caller shows of itself. */
export interface Shown {
  /** The header, or what a socket says in its place: `Bearer kn_...`, `Bearer eyJ...`. */
  authorization: string | undefined;
  /** IP address that it calls from. */
  address: string;
  signal: AbortSignal;
}

/** A caller that was let in. */
export interface Admission {
  principal: Principal;
  /** As it stands now, for what stays open: null once the key has expired, was revoked or lost its policy. */
  current(): Principal | null;
}

/** Finds out who calls, the same way for every transport. */
export interface Authenticator {
  /** At once where nothing has to be waited for. @throws KanonError UNAUTHENTICATED, FORBIDDEN from a network that the key is not for, RATE_LIMITED */
  authenticate(shown: Shown): Admission | Promise<Admission>;
}

/** Why somebody was not let in: what the caller is told, and what the audit trail is. */
export interface Rejection {
  error: KanonError;
  reason: 'missing' | 'malformed' | 'unknown' | 'expired' | 'revoked' | 'network' | 'policy' | 'token' | 'unavailable';
  /** The id of the key, where there is one. */
  subject: string | null;
}

const DEV: Principal = { keyId: null, app: 'dev', user: null, team: null, scopes: ['*'], models: null, policy: 'default' };

/** Lets everybody in: `--dev`, on loopback only. */
export const OPEN: Authenticator = {
  authenticate: () => ({ principal: DEV, current: () => DEV }),
};
