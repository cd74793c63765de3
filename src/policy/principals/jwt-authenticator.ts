import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { KanonError } from '../../canonical/errors.ts';
import type { JwtConfig } from '../../config/config.ts';
import type { Policies } from '../policies.ts';
import type { Admission, Rejection } from './authenticator.ts';
import { grant, type Claimed } from './grant.ts';
import { jose } from './jose.ts';
import { keySet } from './jwks.ts';

/** A longer text is no token that a proxy would have let through. */
const LONGEST = 16_384;
/** Seconds that clocks may differ. */
const TOLERANCE_S = 5;

interface Issuer {
  config: JwtConfig;
  keys: JWTVerifyGetKey;
}

/** Principals by the tokens (RFC 7519) of issuers that the config trusts. */
export class JwtAuthenticator {
  readonly #issuers: readonly Issuer[];
  readonly #policies: () => Policies;

  /** @param before its key sets are kept where their source has not changed */
  constructor(configs: readonly JwtConfig[], policies: () => Policies, before?: JwtAuthenticator) {
    this.#policies = policies;
    this.#issuers = configs.map((config) => ({ config, keys: before?.keysOf(config.jwks) ?? keySet(config.jwks) }));
  }

  keysOf(source: string): JWTVerifyGetKey | undefined {
    return this.#issuers.find(({ config }) => config.jwks === source)?.keys;
  }

  /** Whether the config still trusts an issuer as it did. */
  trusts(config: JwtConfig): boolean {
    const known = JSON.stringify(config);
    return this.#issuers.some((issuer) => JSON.stringify(issuer.config) === known);
  }

  /** @param current the authenticator that holds now, for admissions that outlive a reload */
  async admit(token: string, current: () => JwtAuthenticator): Promise<Admission | Rejection> {
    const issuer = this.#issuerOf(token);
    if (issuer === undefined) return rejected();
    const { config, keys } = issuer;
    let payload: JWTPayload;
    try {
      const options = { issuer: config.issuer, audience: config.audience, algorithms: config.algorithms, requiredClaims: ['exp'], clockTolerance: TOLERANCE_S };
      ({ payload } = await jose().jwtVerify(token, keys, options));
    } catch (error) {
      return isTokensFault(error) ? rejected(error instanceof jose().errors.JWTExpired ? 'expired' : 'token') : unavailable(error);
    }
    const claimed = claimedBy(payload, config.claims);
    const endsAt = ((payload.exp ?? 0) + TOLERANCE_S) * 1_000;
    if (claimed === null) return rejected();
    const principal = (): Admission['principal'] | null => {
      const policy = this.#policies().get(config.policy ?? 'default');
      return policy === undefined ? null : grant(claimed, policy, { admin: false });
    };
    const first = principal();
    if (first === null) return { error: new KanonError('FORBIDDEN', 'The policy of this token is not in the configuration; ask the operator.'), reason: 'policy', subject: null };
    return { principal: first, current: () => (Date.now() >= endsAt || !current().trusts(config) ? null : principal()) };
  }

  #issuerOf(token: string): Issuer | undefined {
    if (token.length > LONGEST || this.#issuers.length === 0) return undefined;
    try {
      // Not verified yet: it only tells which keys to verify it with.
      const { iss, aud } = jose().decodeJwt(token);
      return this.#issuers.find(({ config }) => config.issuer === iss && [aud].flat().includes(config.audience));
    } catch {
      return undefined;
    }
  }
}

function claimedBy(payload: JWTPayload, claims: JwtConfig['claims']): Claimed | null {
  const app = textOf(payload[claims.app]);
  if (app === null) return null;
  return {
    keyId: null,
    app,
    user: textOf(payload[claims.user]),
    team: claims.team === null ? null : textOf(payload[claims.team]),
    scopes: listOf(payload[claims.scopes]),
    models: null,
  };
}

function textOf(claim: unknown): string | null {
  return typeof claim === 'string' && claim !== '' && claim.length <= 256 ? claim : null;
}

function listOf(claim: unknown): string[] {
  const items: unknown[] = Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(/\s+/) : [];
  return items.filter((item) => typeof item === 'string' && item !== '').map(String);
}

/** The rest are faults of the issuer's key set. */
function isTokensFault(error: unknown): boolean {
  const { errors } = jose();
  return (
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  );
}

function rejected(reason: 'token' | 'expired' = 'token'): Rejection {
  return { error: new KanonError('UNAUTHENTICATED', 'The token is not valid here, or has expired.'), reason, subject: null };
}

function unavailable(cause: unknown): Rejection {
  const error = new KanonError('UPSTREAM_UNAVAILABLE', "The keys of the token's issuer cannot be had just now.", { details: { retryAfterMs: 5_000 }, cause });
  return { error, reason: 'unavailable', subject: null };
}
