import type { Detector } from '../detector.ts';
import type { Span } from '../span.ts';

const USER_INFO = /^([^\s/:@?#"'<>\\]{0,256}:[^\s/@"'<>\\]{1,512}|[^\s/:@?#"'<>\\]{20,512})@/;
const SECRET_PARAMETER =
  /[?&;#](?:[a-z0-9]{1,20}[_-])?(?:access_?token|refresh_?token|id_?token|auth_?token|token|api_?key|apikey|subscription-key|key|passw(?:or)?d|pwd|secret|client_?secret|sig|signature|auth|authorization|code|session(?:_?id)?|sid|jwt|x-amz-(?:signature|security-token|credential)|x-goog-signature)=([^\s&#"'<>\\;()[\]{}]{4,2048})/gi;

/**
 * Credentials in URLs: `user:password@` (RFC 3986 3.2.1), a lone token as user, and the values of query
 * parameters that carry tokens, keys, passwords or signatures. The rest of the URL stays readable.
 */
export const findUrlCredentials: Detector = (text) => {
  const spans: Span[] = [];
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const match = USER_INFO.exec(text.slice(at + 3, at + 3 + 800));
    if (match?.[1] !== undefined) spans.push({ start: at + 3, end: at + 3 + match[1].length, kind: 'URL_CREDENTIALS' });
  }
  if (text.includes('=') && /[?&;#]/.test(text)) {
    for (const match of text.matchAll(SECRET_PARAMETER)) {
      const value = match[1] ?? '';
      const end = match.index + match[0].length;
      spans.push({ start: end - value.length, end, kind: 'URL_CREDENTIALS' });
    }
  }
  return spans;
};
