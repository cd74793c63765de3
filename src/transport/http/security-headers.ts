import type { FlatHeaders } from './response.ts';

/** Seconds for which a browser that has once come by TLS comes by nothing else. */
const HSTS_SECONDS = 31_536_000;

/** Headers of every answer, for browsers: nothing is guessed, framed, told to others or fetched without TLS. */
export function securityHeaders(tls: boolean): FlatHeaders {
  return [
    'x-content-type-options', 'nosniff',
    'referrer-policy', 'no-referrer',
    'content-security-policy', "default-src 'none'; frame-ancestors 'none'",
    'x-frame-options', 'DENY',
    ...(tls ? ['strict-transport-security', `max-age=${HSTS_SECONDS}`] : []),
  ];
}
