import ipaddr from 'ipaddr.js';

/** Azure's host agent: an address of the public range that every machine there reaches, with secrets behind it. */
const AZURE_WIRE_SERVER = '168.63.129.16';

/** All that is routed on the public IPv6 internet (RFC 4291, section 2.4; IANA has given out nothing else). */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Whether an address belongs to the public internet. Everything special (IANA's registries for IPv4 and IPv6) does
 * not: private, loopback, link-local with the clouds' metadata services, carrier-grade NAT, multicast, unique-local,
 * documentation, and IPv6 forms that carry an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_UNICAST);
  return parsed.toString() !== AZURE_WIRE_SERVER;
}
