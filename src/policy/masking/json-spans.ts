import type { JsonView } from './json-view.ts';
import type { Span } from './span.ts';

const BARE = /[-+.\w]/;

/**
 * Cuts a find at the borders of JSON strings, so that what is replaced lies in one string, or is one whole bare
 * value (a number), and the text stays JSON.
 */
export function splitAtStrings(text: string, view: JsonView, span: Span): Span[] {
  const pieces: Span[] = [];
  for (let at = span.start; at < span.end; ) {
    const string = view.stringAt(at);
    if (string) {
      const end = Math.min(span.end, string.end);
      pieces.push({ start: at, end, kind: span.kind });
      at = end + 1;
    } else if (BARE.test(text.charAt(at))) {
      let start = at;
      let end = at;
      while (start > 0 && BARE.test(text.charAt(start - 1))) start -= 1;
      while (end < text.length && BARE.test(text.charAt(end))) end += 1;
      if (/\d/.test(text.slice(start, end))) pieces.push({ start, end, kind: span.kind });
      at = end;
    } else at += 1;
  }
  return pieces;
}
