import type { ServerResponse } from 'node:http';

/** Seconds for which a browser that has once come by TLS comes by nothing else. */
const HSTS_SECONDS = 31_536_000;

/** Headers of every answer, for browsers: nothing is guessed, framed, told to others or fetched without TLS. */
export function setSecurityHeaders(response: ServerResponse, tls: boolean): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('x-frame-options', 'DENY');
  if (tls) response.setHeader('strict-transport-security', `max-age=${HSTS_SECONDS}`);
}
