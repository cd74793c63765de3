import { z } from 'zod';
import { nonEmpty } from './scalars.ts';

/** Signatures by a key pair (RFC 7518, RFC 8037): a shared secret would let every reader of it make tokens. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const jwks = nonEmpty.max(2000).refine((text) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || isSafeUrl(text), {
  error: 'expected the path of a file, or a URL with https:// (http:// from this machine alone)',
});

const claims = z.strictObject({
  app: nonEmpty.max(200).default('client_id').describe('The claim that names the application. Tokens without it are refused.'),
  user: nonEmpty.max(200).default('sub').describe('The claim that names the person.'),
  team: nonEmpty
    .max(200)
    .optional()
    .transform((value) => value ?? null)
    .describe('The claim that names the team.'),
  scopes: nonEmpty.max(200).default('scope').describe('The claim with the scopes: a list, or text with blanks between them.'),
});

const issuer = z.strictObject({
  issuer: nonEmpty.max(2000).describe('What the claim iss must be.'),
  audience: nonEmpty.max(2000).describe('What the claim aud must hold.'),
  jwks: jwks.describe("The issuer's public keys (RFC 7517): a URL, or the path of a file."),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'ES256', 'EdDSA']).describe('Signatures that are accepted.'),
  claims: claims.prefault({}).describe('Which claims say who calls.'),
  policy: nonEmpty
    .max(64)
    .optional()
    .transform((value) => value ?? null)
    .describe('The policy of all tokens of this issuer. Default: default.'),
});

/** Who may call, beside those with a key. */
export const auth = z.strictObject({
  jwt: z.array(issuer).max(16).default([]).describe('Issuers whose tokens are accepted beside keys.'),
});

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')));
}
