import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

// What stands in local parts in practice (RFC 5322 `atext` without `=`, `/` and `?`, which separate in URLs and
// code), and letters of all scripts (RFC 6531).
const LOCAL = /[\p{L}\p{M}\p{N}.!#$%&'*+^_`{|}~-]/u;
const LOCAL_START = /[\p{L}\p{N}_]/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;
const TOP_LABEL = /^(?:xn--[a-z0-9-]{1,59}|[\p{L}\p{M}]{2,63})$/iu;
const DOMAIN = /[\p{L}\p{M}\p{N}.-]/u;
/** Units of a quoted local part, its quotes included: 64 octets by RFC 5321, and some to spare. */
const LONGEST_QUOTED = 66;
const LITERAL = /^\[(?:ipv6:)?[0-9a-f:.]{2,45}\]/i;

// "anna (at) example (dot) org", "anna [ät] example.de": with brackets, or with a well-known ending.
const BRACKETED =
  /(?<![\w.+-])[\w.+-]{1,64} {0,2}[[({<] {0,2}(?:at|ät|@) {0,2}[\])}>] {0,2}[\w-]{1,63}(?: {0,2}(?:\.|[[({<] {0,2}(?:dot|punkt|\.) {0,2}[\])}>]| (?:dot|punkt) ) {0,2}[\w-]{2,63}){1,4}/gi;
const SPOKEN =
  /(?<![\w.+-])[\w+-]{1,64}(?: (?:dot|punkt) [\w+-]{1,64}){0,3} at [\w-]{2,63}(?: (?:dot|punkt) [\w-]{2,63}){0,2} (?:dot|punkt) (?:com|org|net|edu|io|dev|info|biz|de|at|ch|uk|eu|fr|nl|es|it|pl)(?![\w-])/gi;

/**
 * E-mail addresses (RFC 5321 lengths, RFC 6531 letters): plus tags, IDN, quoted local parts, address literals,
 * `%40` in URLs, and the usual disguises.
 */
export const findEmails: Detector = (text) => {
  const spans: Span[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) addressAround(text, at, at + 1, spans);
  for (let at = text.indexOf('%40'); at !== -1; at = text.indexOf('%40', at + 1)) addressAround(text, at, at + 3, spans);
  if (/[[({<] {0,2}(?:at|ät|@) {0,2}[\])}>]/i.test(text)) collect(text, BRACKETED, spans);
  if (/ (?:dot|punkt) /i.test(text)) collect(text, SPOKEN, spans);
  return spans;
};

function addressAround(text: string, at: number, after: number, spans: Span[]): void {
  const start = localStart(text, at);
  if (start === at) return;
  // `https://user:secret@host` is no address; its user part belongs to URL_CREDENTIALS.
  if (text[start - 1] === ':' && /:\/\/[^\s/:@]{0,64}:$/.test(text.slice(Math.max(0, start - 72), start))) return;
  const end = domainEnd(text, after);
  const domain = text.slice(after, end);
  // `icon@2x.png` is a file, `git@host:repository` a place.
  if (/^\d{1,2}x\./i.test(domain) || (text[end] === ':' && text.slice(start, at) === 'git')) return;
  if (end > after) spans.push({ start, end, kind: 'EMAIL' });
}

function localStart(text: string, at: number): number {
  if (text[at - 1] === '"') return quotedStart(text, at);
  let start = at;
  // 64 units by RFC 5321; more, for letters beyond the BMP.
  while (start > 0 && at - start < 128) {
    const unit = text.charCodeAt(start - 1);
    const width = unit >= 0xdc00 && unit <= 0xdfff ? 2 : 1;
    const character = text.slice(Math.max(0, start - width), start);
    if (!LOCAL.test(character)) break;
    // "%40" of a URL ends here, it is no part of the name.
    if (character === '%' && text.slice(start - 1, start + 2) === '%40') break;
    start -= width;
  }
  // "%3D" and its like before the name are escapes of the URL around it.
  const escape = /^(?:.{0,125}%(?:3[dDaAfFbBcCeE]|2[cC0678fF]|7[bBcC]|5[bB]|0[aAdD]))/.exec(text.slice(start, at));
  if (escape) start += escape[0].length;
  while (start < at && !LOCAL_START.test(String.fromCodePoint(text.codePointAt(start) ?? 0))) start += 1;
  return start;
}

/**
 * Where a quoted local part begins (RFC 5321 section 4.1.2): a quote within it has a backslash before it. In JSON that
 * stands in a text the quotes around it have one too, and those within it three.
 */
function quotedStart(text: string, at: number): number {
  const around = backslashesBefore(text, at - 1);
  const longest = around === 0 ? LONGEST_QUOTED : 2 * LONGEST_QUOTED;
  let nearest = at;
  for (let open = at - 3; open >= 0 && at - open <= longest && text[open] !== '\n'; open -= 1) {
    if (text[open] !== '"') continue;
    if (nearest === at) nearest = open;
    const before = backslashesBefore(text, open);
    if (around === 0 ? before % 2 === 0 : before <= around) return open;
  }
  // No pair of quotes: what lies between the last two is hidden at least.
  return nearest;
}

/** How many stand right before a place, up to four. */
function backslashesBefore(text: string, place: number): number {
  let count = 0;
  while (count < 4 && text[place - 1 - count] === '\\') count += 1;
  return count;
}

function domainEnd(text: string, after: number): number {
  if (text[after] === '[') {
    const literal = LITERAL.exec(text.slice(after, after + 60));
    return literal ? after + literal[0].length : after;
  }
  let end = after;
  while (end < text.length && end - after < 253 && DOMAIN.test(String.fromCodePoint(text.codePointAt(end) ?? 0))) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  const labels = text.slice(after, end).split('.');
  // The longest run of labels from the left that ends in a top-level domain.
  let used = 0;
  let best = after;
  let position = after;
  for (const label of labels) {
    const clean = label.replace(/-+$/, '');
    if (!DOMAIN_LABEL.test(clean)) break;
    used += 1;
    if (used > 1 && TOP_LABEL.test(clean)) best = position + clean.length;
    if (clean !== label) break;
    position += label.length + 1;
  }
  return best;
}

function collect(text: string, pattern: RegExp, spans: Span[]): void {
  for (const match of text.matchAll(pattern)) spans.push({ start: match.index, end: match.index + match[0].length, kind: 'EMAIL' });
}
