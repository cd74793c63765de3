import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
// A line of a PEM body or of its headers (RFC 7468, RFC 1421), with real or escaped line breaks.
const BODY_LINE = /(?:[ \t]{0,16}(?:[A-Za-z0-9+/]{1,128}={0,3}|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset)[:=][^\n\\]{0,200})?[ \t]{0,8}(?:\r?\n|(?:\\r)?\\n|$))/y;
const LONG_TOKEN = /[ \t]{0,4}[A-Za-z0-9+/]{40,8192}={0,3}/y;
/** The longest key that is looked for, in UTF-16 units: RSA 8192 has about 6,400. */
const MAX = 20_000;

/**
 * PEM private keys (RFC 7468) and PGP private key blocks, over many lines or with `\n` written out; also cut: a
 * beginning without an end, an end without a beginning.
 */
export const findPrivateKeys: Detector = (text) => {
  const spans: Span[] = [];
  const orphans: Span[] = [];
  if (!text.includes('PRIVATE KEY')) return spans;
  let covered = 0;
  const ends = [...text.matchAll(END)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  let next = 0;
  for (const match of text.matchAll(BEGIN)) {
    if (match.index < covered) continue;
    const bodyStart = match.index + match[0].length;
    while ((ends[next]?.start ?? Infinity) < bodyStart) next += 1;
    const close = ends[next];
    const end = close && close.start - bodyStart <= MAX ? close.end : bodyEnd(text, bodyStart);
    spans.push({ start: match.index, end, kind: 'PRIVATE_KEY' });
    covered = end;
  }
  let inside = 0;
  for (const end of ends) {
    while ((spans[inside]?.end ?? Infinity) < end.end) inside += 1;
    if ((spans[inside]?.start ?? Infinity) <= end.start) continue;
    orphans.push({ start: bodyStartBefore(text, end.start), end: end.end, kind: 'PRIVATE_KEY' });
  }
  return [...spans, ...orphans];
};

function bodyEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && at - start < MAX) {
    const end = matchEnd(BODY_LINE, text, at) ?? matchEnd(LONG_TOKEN, text, at);
    if (end === undefined || end === at) break;
    at = end;
  }
  while (at > start && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function bodyStartBefore(text: string, end: number): number {
  let start = end;
  while (end - start < MAX) {
    const before = /([A-Za-z0-9+/=]{16,128})(?:\s|\\r|\\n){0,8}$/.exec(text.slice(Math.max(0, start - 150), start));
    if (!before) break;
    start = Math.max(0, start - 150) + before.index;
  }
  return start;
}
