import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isPublicAddress } from './address.ts';

/** All addresses of a host name; an empty list when it has none. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** A host name or address that is not of the public internet. The address itself is nobody's business. */
export class NotPublicError extends Error {
  override readonly name = 'NotPublicError';

  constructor() {
    super('The address is not public.');
  }
}

/**
 * Asks DNS, and DNS alone: no hosts file, no search domains, and none of Node's few threads held by a slow server.
 * @param servers DNS servers as `address:port` in place of the system's.
 * @returns the look-up, and what ends those under way.
 */
export function createDnsResolver(timeoutMs: number, servers?: string[]): { resolve: Resolve; cancel: () => void } {
  const dns = new Resolver({ timeout: Math.max(500, Math.floor(timeoutMs / 4)), tries: 2 });
  if (servers !== undefined) dns.setServers(servers);
  const resolve: Resolve = async (hostname) => {
    const answers = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
  return { resolve, cancel: () => dns.cancel() };
}

/**
 * The look-up of the connection itself, so what is checked is what is connected to and no second DNS answer can take
 * its place. One address that is not public condemns the name.
 */
export function checkedLookup(resolve: Resolve): LookupFunction {
  const find = callbackify(async (hostname: string): Promise<LookupAddress[]> => {
    const addresses = await resolve(hostname);
    if (addresses.some((address) => !isPublicAddress(address))) throw new NotPublicError();
    return addresses.map((address) => ({ address, family: isIP(address) }));
  });
  return (hostname, options, callback) => {
    find(hostname, (error, found) => {
      const first = found?.[0];
      if (error instanceof Error) callback(error, '', 0);
      else if (first === undefined) callback(new Error('The host name has no address.'), '', 0);
      else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}
