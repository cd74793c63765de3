import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Whether a text is an address or a network in CIDR notation; forms of IPv4 with fewer than four parts are neither. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (rest.length > 0 || !isAddress(address)) return false;
  return bits === undefined || ipaddr.isValidCIDR(text);
}

/** Networks in CIDR notation (RFC 4632), and single addresses. */
export class Networks {
  readonly #ranges: readonly Range[];

  /** @throws Error when one of them is neither */
  constructor(networks: readonly string[]) {
    this.#ranges = networks.map(rangeOf);
  }

  /** Whether an address is in one of them; an IPv4 address may be written as IPv6 (`::ffff:10.0.0.1`). */
  has(address: string): boolean {
    if (this.#ranges.length === 0) return false;
    const plain = withoutMapping(address);
    if (!isAddress(plain)) return false;
    const parsed = ipaddr.process(plain);
    return this.#ranges.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  }
}

/** An IPv4 address as a socket for both versions tells it (RFC 4291, 2.5.5.2), without its prefix: 1 us to read instead of 28. */
function withoutMapping(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return ipaddr.IPv4.isValidFourPartDecimal(plain) ? plain : address;
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function rangeOf(text: string): Range {
  if (ipaddr.isValidCIDR(text)) {
    const [network, bits] = ipaddr.parseCIDR(text);
    if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96) return [network.toIPv4Address(), bits - 96];
    return [network, bits];
  }
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** The part of an address that one holder has: all of an IPv4 address, the /64 of an IPv6 one (RFC 6177). */
export function holderOf(address: string): string {
  const plain = withoutMapping(address);
  if (!isAddress(plain)) return 'unknown';
  const parsed = ipaddr.process(plain);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}
