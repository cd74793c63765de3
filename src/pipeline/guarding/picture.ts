import { around } from '../../canonical/boxes.ts';
import type { TextLine, VisionReading } from '../../canonical/results.ts';
import { toRows } from '../../canonical/text-rows.ts';
import { without, type Found } from '../../policy/guardrails/guardrail.ts';

/** One text of a reading of a picture. */
export interface PictureText {
  text: string;
  /** Takes the finds out. */
  remove(spans: readonly Found[]): void;
  /** Puts another text in its place. */
  replace(text: string): void;
}

/** All text that a model gives of a picture: what it reads, as one text line by line, and what it says of it. */
export function textsOfPicture(reading: VisionReading): PictureText[] {
  const { lines, objects, document } = reading;
  return [
    ...(lines.length === 0 ? [] : [linesOf(reading)]),
    ...(reading.description === null ? [] : [fieldOf(reading.description, (text) => (reading.description = text))]),
    ...objects.map((object) => fieldOf(object.label, (text) => (object.label = text))),
    ...(document === null || document.merchant === null ? [] : [fieldOf(document.merchant, (text) => (document.merchant = text))]),
    ...(document?.items ?? []).map((item) => fieldOf(item.description, (text) => (item.description = text))),
  ];
}

function fieldOf(text: string, set: (text: string) => void): PictureText {
  return { text, replace: set, remove: (spans) => set(without(text, spans)) };
}

/** Lines as rows, left to right: a sentence may go on in another piece, or on the next row. */
function linesOf(reading: VisionReading): PictureText {
  const rows = toRows(reading.lines);
  return {
    text: rows.map((row) => row.map(({ text }) => text).join(' ')).join('\n'),
    remove(spans) {
      let from = 0;
      for (const line of rows.flat()) {
        const to = from + line.text.length;
        const here = spans.filter(({ start, end }) => start < to && end > from).map(({ start, end }) => ({ start: Math.max(from, start) - from, end: Math.min(to, end) - from }));
        line.text = without(line.text, here);
        from = to + 1;
      }
    },
    replace(text) {
      const written = text.split('\n');
      // Where rows were added or taken away, nobody knows the place of each.
      reading.lines = written.length === rows.length ? rows.map((row, index) => asOneLine(row, written[index] ?? '')) : [asOneLine(reading.lines, written.join(' '))];
    },
  };
}

function asOneLine(lines: readonly TextLine[], text: string): TextLine {
  return { text, box: around(lines.map(({ box }) => box)), confidence: Math.min(...lines.map(({ confidence }) => confidence)) };
}
