import { distance } from 'fastest-levenshtein';
import { around } from '../../canonical/boxes.ts';
import type { Box, TextLine } from '../../canonical/results.ts';
import { slopeOf, straighten } from '../../canonical/text-rows.ts';
import { joinRows } from './blocks.ts';

/** A line that only one of several readers saw counts from this confidence on: below, it is a fold or a pattern. */
const MIN_ALONE = 0.65;
/** Two lines are of the same place when they share this part of the smaller height, and of the smaller width. */
const MIN_SHARED = 0.5;
/** A line higher than another by more than this factor is not the same line. */
const MAX_HEIGHT_RATIO = 2.5;

export interface LineReader {
  name: string;
  /** Above 0. */
  weight: number;
  lines: readonly TextLine[];
}

interface Piece {
  line: TextLine;
  reader: number;
}

/** What one reader says of a place, as a whole. */
interface Voice {
  pieces: TextLine[];
  text: string;
  confidence: number;
  weight: number;
  extent: number;
}

/**
 * Merges the readings of one page: lines of the same place are matched by overlap (one reader's row may be several
 * pieces of another's), and each place takes the reading with the most support: confidence times weight, its own and
 * that of readings like it. Lines are whole rows in reading order; the order of the readers is no matter.
 */
export function mergeLines(readers: readonly LineReader[]): TextLine[] {
  const reading = readers
    .filter((reader) => reader.lines.length > 0)
    .toSorted((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const [only] = reading;
  if (only === undefined) return [];
  if (reading.length === 1) return joinRows(only.lines);
  const chosen: TextLine[] = [];
  for (const place of places(reading.map((reader) => reader.lines))) {
    const voices = [...Map.groupBy(place, (piece) => piece.reader)].map(([reader, pieces]) =>
      toVoice(pieces.map((piece) => piece.line), reading[reader]?.weight ?? 1),
    );
    const [alone] = voices;
    if (voices.length === 1 && alone !== undefined) {
      if (alone.confidence >= MIN_ALONE) chosen.push(...alone.pieces);
    } else {
      chosen.push(...elect(voices));
    }
  }
  return joinRows(chosen);
}

/** Groups the lines of all readers by place: each is tied to its best match in every other reader. */
function places(readers: readonly (readonly TextLine[])[]): Piece[][] {
  const slope = slopeOf(readers.flat());
  // On a page askew the upright box of a long line covers its neighbours too.
  const pieces = readers.flatMap((lines, reader) => lines.map((line) => ({ line, reader, box: straighten(line.box, slope) })));
  const parent = pieces.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] ?? at;
    return at;
  };
  for (const [index, piece] of pieces.entries()) {
    const best = new Map<number, { index: number; shared: number }>();
    for (const [other, { box, reader }] of pieces.entries()) {
      if (reader === piece.reader) continue;
      const shared = sharedArea(piece.box, box);
      if (shared > (best.get(reader)?.shared ?? 0)) best.set(reader, { index: other, shared });
    }
    for (const match of best.values()) parent[root(match.index)] = root(index);
  }
  return [...Map.groupBy(pieces, (_, index) => root(index)).values()];
}

/** The area that two boxes share, in square pixels; 0 when they are not of the same line. */
function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width < MIN_SHARED * Math.min(a.width, b.width) || height < MIN_SHARED * Math.min(a.height, b.height)) return 0;
  if (width <= 0 || height <= 0 || Math.max(a.height, b.height) > MAX_HEIGHT_RATIO * Math.min(a.height, b.height)) return 0;
  return width * height;
}

function toVoice(pieces: readonly TextLine[], weight: number): Voice {
  const rows = joinRows(pieces);
  const letters = rows.reduce((sum, row) => sum + row.text.length, 0);
  return {
    pieces: [...pieces],
    text: rows.map((row) => row.text).join(' '),
    confidence: rows.reduce((sum, row) => sum + row.confidence * row.text.length, 0) / Math.max(1, letters),
    weight,
    extent: around(pieces.map((piece) => piece.box)).width,
  };
}

/** The pieces of the voice with the most support, their confidence lowered by what speaks against them. */
function elect(voices: readonly Voice[]): TextLine[] {
  const widest = Math.max(...voices.map((voice) => voice.extent));
  let best: { voice: Voice; score: number; share: number } | null = null;
  for (const voice of voices) {
    let support = 0;
    let all = 0;
    for (const other of voices) {
      const vote = other.weight * other.confidence;
      all += vote;
      support += vote * (other === voice ? 1 : likeness(voice.text, other.text));
    }
    // A reading that misses the end of the row has less to say, however sure it is.
    const score = support * (0.4 + 0.6 * Math.sqrt(voice.extent / Math.max(1, widest)));
    const share = support / Math.max(all, 1e-9);
    if (best === null || score > best.score || (score === best.score && voice.text < best.voice.text)) best = { voice, score, share };
  }
  if (best === null) return [];
  const { voice, share } = best;
  const marked = voices.find((other) => other !== voice && keepsMarks(other.text, voice.text)) ?? voice;
  return marked.pieces.map((piece) => ({ ...piece, confidence: Math.min(1, Math.max(0, piece.confidence * share)) }));
}

/** 0 (nothing in common) to 1 (the same), without regard to blanks. */
function likeness(a: string, b: string): number {
  const [x, y] = [a.replace(/\s/g, ''), b.replace(/\s/g, '')];
  const longest = Math.max(x.length, y.length);
  return longest === 0 ? 1 : 1 - distance(x, y) / longest;
}

/** Whether `a` is `b` with its accents and signs of money kept: readers lose them, but do not invent them. */
function keepsMarks(a: string, b: string): boolean {
  return a !== b && bare(a) === bare(b) && marks(a) > marks(b);
}

function bare(text: string): string {
  return text.normalize('NFD').replace(/[\p{M}\s€£]/gu, '').toLowerCase().replaceAll('ß', 'b');
}

function marks(text: string): number {
  return text.normalize('NFD').match(/[\p{M}ß€£]/gu)?.length ?? 0;
}
