import { KanonError } from '../../canonical/errors.ts';
import type { Refusals } from '../refusals.ts';
import type { Admission, Authenticator, Rejection, Shown } from './authenticator.ts';
import { FailedAttempts } from './failed-attempts.ts';
import type { JwtAuthenticator } from './jwt-authenticator.ts';
import type { KeyAuthenticator } from './key-authenticator.ts';

export interface DoorOptions {
  keys: KeyAuthenticator;
  /** The issuers as they are now. */
  tokens: () => JwtAuthenticator;
  refusals: Pick<Refusals, 'note'>;
}

/** The one way in, for keys and tokens alike: who is not let in is slowed down and written down. */
export class Door implements Authenticator {
  readonly #options: DoorOptions;
  readonly #failed = new FailedAttempts();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  authenticate(shown: Shown): Admission | Promise<Admission> {
    const admitted = this.#admit(shown.authorization, shown.address);
    if (admitted instanceof Promise) return admitted.then((settled) => ('error' in settled ? this.#refuse(settled, shown) : settled));
    return 'error' in admitted ? this.#refuse(admitted, shown) : admitted;
  }

  async #refuse({ reason, subject, error }: Rejection, { address, signal }: Shown): Promise<never> {
    this.#options.refusals.note({ actor: `address:${address}`, action: 'auth.refused', subject, reason });
    // Who shows nothing guesses nothing, and where the issuer cannot be reached it is not the caller's fault.
    if (reason !== 'missing' && reason !== 'unavailable') await this.#failed.failed(address, signal);
    throw error;
  }

  #admit(authorization: string | undefined, address: string): Promise<Admission | Rejection> | Admission | Rejection {
    if (authorization === undefined) {
      const message = 'This needs a key: send `Authorization: Bearer kn_...`, over WebSocket in connectionParams.authorization.';
      return { error: new KanonError('UNAUTHENTICATED', message), reason: 'missing', subject: null };
    }
    const shown = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (shown === undefined) {
      return { error: new KanonError('UNAUTHENTICATED', 'The authorization cannot be read: send `Bearer` and the key.'), reason: 'malformed', subject: null };
    }
    // Three parts in base64url, the first of them an object: a token, and no key that ever was.
    if (/^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(shown)) return this.#options.tokens().admit(shown, this.#options.tokens);
    return this.#options.keys.admit(shown, address);
  }
}
