import type { TextLine } from '../../canonical/results.ts';
import { toRows } from '../../canonical/text-rows.ts';
import { type Amount, findAmounts } from './amounts.ts';
import { Label } from './label.ts';

/** One row of a document: its pieces joined, and what of money stands in it. */
export interface Row {
  text: string;
  amounts: Amount[];
  /** The words of the row without its amounts. */
  label: Label;
  /** Mean height of its pieces in pixels. */
  height: number;
}

export function readRows(lines: readonly TextLine[]): Row[] {
  return toRows(lines).map((pieces): Row => {
    const text = pieces.map((piece) => piece.text.trim()).join(' ');
    const amounts = findAmounts(text);
    let words = text;
    for (const { start, end } of amounts.toReversed()) words = `${words.slice(0, start)} ${words.slice(end)}`;
    const height = pieces.reduce((sum, piece) => sum + piece.box.height, 0) / pieces.length;
    return { text, amounts, label: new Label(words), height };
  });
}
