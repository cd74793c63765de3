import type { JsonView } from './json-view.ts';
import type { Span } from './span.ts';

const BARE = /[-+.\w]/;

/**
 * Cuts finds at the borders of JSON strings, so that what is replaced lies in one string, or is one whole bare
 * value (a number), and the text stays JSON. The finds must be sorted by their start.
 */
export function splitAtStrings(text: string, view: JsonView, spans: readonly Span[]): Span[] {
  const pieces: Span[] = [];
  let bare = { start: 0, end: 0 };
  for (const { start, end, kind } of spans) {
    for (let at = start; at < end; ) {
      const string = view.stringAt(at);
      if (string) {
        pieces.push({ start: at, end: Math.min(end, string.end), kind });
        at = Math.min(end, string.end) + 1;
      } else if (BARE.test(text.charAt(at))) {
        // Many finds may lie in one bare value: it is measured once.
        if (at < bare.start || at >= bare.end) bare = bareAround(text, at);
        if (/\d/.test(text.slice(bare.start, Math.min(bare.end, bare.start + 400)))) pieces.push({ ...bare, kind });
        at = bare.end;
      } else at += 1;
    }
  }
  return pieces;
}

function bareAround(text: string, at: number): { start: number; end: number } {
  let start = at;
  let end = at;
  while (start > 0 && BARE.test(text.charAt(start - 1))) start -= 1;
  while (end < text.length && BARE.test(text.charAt(end))) end += 1;
  return { start, end };
}
