import { InputError } from '../../canonical/errors.ts';
import type { FetchPolicy } from '../limits.ts';
import { isPublicAddress } from './address.ts';

/** Where one hop of a download goes. */
export interface Destination {
  url: URL;
  /** The operator has listed the server: its address may be private and its port unusual. */
  isListed: boolean;
}

const MAX_URL_LENGTH = 4096;

export function notPublic(field: string): InputError {
  return new InputError(field, 'the address is not public; only servers on the public internet are fetched from.');
}

/**
 * Checks a URL before anything is looked up. `URL` has already turned decimal, octal, hex and short forms of an
 * IPv4 address into the dotted one, so they are checked as what they are.
 * @throws InputError naming what to mend.
 */
export function checkUrl(text: string, base: URL | undefined, field: string, policy: FetchPolicy): Destination {
  if (text.length > MAX_URL_LENGTH) throw new InputError(field, `a URL may have at most ${MAX_URL_LENGTH} characters.`);
  const url = URL.parse(text, base?.href);
  if (url === null) throw new InputError(field, 'this is no URL; write it as https://host/path.');
  const isHttp = url.protocol === 'http:';
  if (url.protocol !== 'https:' && !(isHttp && policy.allowHttp)) {
    throw new InputError(field, `only ${policy.allowHttp ? 'https and http' : 'https'} URLs are fetched.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new InputError(field, 'a URL may not carry a user name or password.');
  }
  const host = `${url.hostname}:${url.port === '' ? (isHttp ? '80' : '443') : url.port}`;
  if (policy.allowPrivateHosts.some((listed) => listed.toLowerCase() === host)) return { url, isListed: true };
  // A port that is not its scheme's own is never left in `port`.
  if (url.port !== '') throw new InputError(field, 'only the standard ports are fetched from: 443 for https, 80 for http.');
  if (isLocalHost(url.hostname)) throw notPublic(field);
  return { url, isListed: false };
}

/** A literal address that is not public, or a name that never is one (RFC 6761, RFC 6762). */
function isLocalHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return !isPublicAddress(hostname.slice(1, -1));
  if (/^[\d.]+$/.test(hostname)) return !isPublicAddress(hostname);
  return /(?:^|\.)(?:localhost|local|internal|localdomain)\.?$/.test(hostname);
}
