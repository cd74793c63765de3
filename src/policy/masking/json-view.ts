import { viewOf } from './view.ts';
import type { View } from './view.ts';

/** A JSON text as the detectors read it, and where its strings lie in the original. */
export interface JsonView extends View {
  /** The string literal around a position of the original, without its quotes; undefined outside of strings. */
  stringAt(position: number): { start: number; end: number } | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Decodes the escapes of JSON strings (RFC 8259 section 7), so that `anna\u0040example.com` is an address. Need not be valid JSON. */
export function jsonViewOf(text: string): JsonView {
  let decoded = '';
  const starts: number[] = [];
  const strings: { start: number; end: number }[] = [];
  let open: number | undefined;
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    let width = 1;
    let piece = character;
    if (open !== undefined && character === '\\' && at + 1 < text.length) {
      const escape = text.charAt(at + 1);
      const code = escape === 'u' ? /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2, at + 6)) : null;
      width = code ? 6 : 2;
      piece = code ? String.fromCharCode(Number.parseInt(code[0], 16)) : (ESCAPES[escape] ?? escape);
    } else if (character === '"') {
      if (open === undefined) open = at + 1;
      else {
        strings.push({ start: open, end: at });
        open = undefined;
      }
    }
    decoded += piece;
    starts.push(at);
    at += width;
  }
  if (open !== undefined) strings.push({ start: open, end: text.length });
  starts.push(text.length);
  const view = viewOf(decoded);
  return {
    text: view.text,
    startOf: (index) => starts[view.startOf(index)] ?? text.length,
    endOf: (index) => starts[view.endOf(index)] ?? text.length,
    stringAt: (position) => stringAround(strings, position),
  };
}

function stringAround(strings: readonly { start: number; end: number }[], position: number): { start: number; end: number } | undefined {
  let low = 0;
  let high = strings.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const candidate = strings[middle];
    if (!candidate) return undefined;
    if (position < candidate.start) high = middle - 1;
    else if (position >= candidate.end) low = middle + 1;
    else return candidate;
  }
  return undefined;
}

/** A value as it stands inside a JSON string. */
export function escapeJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** What a piece of a JSON string's inside says; the piece itself where it is no valid one. */
export function decodeJson(piece: string): string {
  if (!piece.includes('\\')) return piece;
  try {
    const value: unknown = JSON.parse(`"${piece.replaceAll(/\p{Cc}/gu, (control) => escapeJson(control))}"`);
    return typeof value === 'string' ? value : piece;
  } catch {
    return piece;
  }
}
