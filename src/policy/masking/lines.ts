import type { Box, TextLine } from '../../canonical/results.ts';
import { toRows } from '../../canonical/text-rows.ts';
import type { MaskedCount, MaskKind } from './kinds.ts';
import type { Masker } from './masker.ts';
import { resolveOverlaps, type Span } from './span.ts';

/** Where private text stands in a picture, and what kinds of it. */
export interface LineFinds {
  /** In pixels of the picture, with a margin. */
  areas: Box[];
  counts: MaskedCount[];
}

interface Piece {
  start: number;
  end: number;
  box: Box;
}

/** Letters that a reader of pictures takes for digits, within what is otherwise a number. */
const MISREAD: Readonly<Record<string, string>> = { O: '0', o: '0', Q: '0', D: '0', I: '1', l: '1', '|': '1', i: '1', Z: '2', z: '2', S: '5', s: '5', G: '6', b: '6', B: '8', g: '9', q: '9' };
/** A number with such letters in it; its groups may stand apart. Bounded. */
const NUMBERLIKE = /(?<![A-Za-z0-9])[\dOoQDIl|iZzSsGbBgq](?:[ .-]{0,2}[\dOoQDIl|iZzSsGbBgq]){11,40}(?![A-Za-z0-9])/g;
/** Groups of a card's number as they are printed: a digit that was misread spoils the checksum, not the form. */
const CARD_FORM = /(?<!\d)(?:\d{4}[ .-]{1,3}\d{4}[ .-]{1,3}\d{4}[ .-]{1,3}\d{1,7}|\d{4}[ .-]{1,3}\d{6}[ .-]{1,3}\d{4,5}|[3-6]\d{14,15})(?!\d)/g;

/**
 * Finds private text in what was read from a picture: by the same detectors as in any text, over whole rows and what
 * runs on from one row to the next; and numbers in the form of a card, for a misread digit breaks every checksum.
 * @throws MaskingError
 */
export function findInLines(lines: readonly TextLine[], masker: Masker): LineFinds {
  const { text, pieces } = joined(lines);
  const spans: Span[] = masker.find(text);
  const mended = mendNumbers(text);
  if (mended !== text) spans.push(...masker.find(mended));
  if (masker.modes.has('CARD')) {
    for (const found of mended.matchAll(CARD_FORM)) spans.push({ start: found.index, end: found.index + found[0].length, kind: 'CARD' });
  }
  const resolved = resolveOverlaps(spans);
  const counts = new Map<MaskKind, number>();
  for (const { kind } of resolved) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return { areas: resolved.flatMap((span) => areasOf(span, pieces)), counts: [...counts].map(([kind, count]) => ({ kind, count })) };
}

/** The lines as one text, row by row, and where each of them stands in it. */
function joined(lines: readonly TextLine[]): { text: string; pieces: Piece[] } {
  let text = '';
  const pieces: Piece[] = [];
  for (const row of toRows(lines)) {
    for (const [index, line] of row.entries()) {
      if (index > 0) text += ' ';
      pieces.push({ start: text.length, end: text.length + line.text.length, box: line.box });
      text += line.text;
    }
    text += '\n';
  }
  return { text, pieces };
}

/** Digits in place of the letters that they were taken for; the length stays. */
function mendNumbers(text: string): string {
  return text.replace(NUMBERLIKE, (number) => {
    const digits = number.replaceAll(/\D/g, '').length;
    const letters = number.replaceAll(/[\d .-]/g, '').length;
    return letters === 0 || letters > digits ? number : number.replaceAll(/[^\d .-]/g, (letter) => MISREAD[letter] ?? letter);
  });
}

/**
 * The part of each line's box that a span takes. Letters are of different widths, so it is taken generously: two
 * letters more on each side, and a fifth of the height.
 */
function areasOf({ start, end }: Span, pieces: readonly Piece[]): Box[] {
  const areas: Box[] = [];
  for (const piece of pieces) {
    const from = Math.max(start, piece.start);
    const to = Math.min(end, piece.end);
    if (from >= to) continue;
    const { box } = piece;
    const letter = box.width / (piece.end - piece.start);
    const left = Math.max(box.x, box.x + (from - piece.start - 2) * letter);
    const right = Math.min(box.x + box.width, box.x + (to - piece.start + 2) * letter);
    const margin = box.height * 0.2;
    areas.push({ x: left - margin, y: box.y - margin, width: right - left + 2 * margin, height: box.height + 2 * margin });
  }
  return areas;
}
