import type { IncomingMessage } from 'node:http';

/**
 * Whether a page of another origin, that the config does not allow, has sent a request: a browser says so in `origin`
 * (Fetch standard, section 3.2). Where no key is asked for (`--dev`) this alone keeps any page that a developer visits
 * from asking models, by a form or a WebSocket, which no preflight stops.
 */
export function isForeignPage({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes('*') || origins.includes(origin)) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
