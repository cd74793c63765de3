import { isIPv6 } from 'node:net';
import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const V4 = new RegExp(`(?<![\\d.])${OCTET}(?:\\.${OCTET}){3}(?!\\d|\\.\\d)`, 'g');
// "v1.2.3.4", "version 1.2.3.4", "Chrome/1.2.3.4", "build 1.2.3.4": versions.
const VERSION_BEFORE = /(?:\bv|\b(?:version|ver\.?|release|build|firmware|fassung|revision|rev\.?)[ :=]{0,2}v?|[A-Za-z]\/)$/i;
const V6 = /(?<![\w:.])[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}(?:%[\w.-]{1,16})?/g;

/** IPv4 and IPv6 addresses (RFC 791; RFC 4291 with all its short forms), not version numbers, not times. */
export const findIps: Detector = (text) => {
  const spans: Span[] = [];
  if (/\d\.\d/.test(text)) {
    for (const match of text.matchAll(V4)) {
      if (VERSION_BEFORE.test(text.slice(Math.max(0, match.index - 12), match.index))) continue;
      spans.push({ start: match.index, end: match.index + match[0].length, kind: 'IP' });
    }
  }
  if (/:[0-9A-Fa-f]{0,4}:/.test(text)) {
    for (const match of text.matchAll(V6)) {
      const address = v6In(match[0]);
      if (address !== undefined && !/\w/.test(text.charAt(match.index + address.length))) spans.push({ start: match.index, end: match.index + address.length, kind: 'IP' });
    }
  }
  return spans;
};

/** The address at the start of a candidate: what follows it may be a full stop, or the colon of a sentence. */
function v6In(candidate: string): string | undefined {
  const trimmed = candidate.replace(/(?<!:):$|[.]+$/, '');
  for (const address of trimmed === candidate ? [candidate] : [candidate, trimmed]) {
    // `Face::add` is code: short forms need a digit, or a fair number of groups.
    const groups = address.split(':').length;
    if (groups > 2 && isIPv6(address) && address !== '::' && (/\d/.test(address) || groups > 4)) return address;
  }
  return undefined;
}
