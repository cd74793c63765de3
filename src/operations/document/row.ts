import type { TextLine } from '../../canonical/results.ts';
import { type Amount, findAmounts } from './amounts.ts';
import { Label } from './label.ts';

/** One row of a document, and what of money stands in it. */
export interface Row {
  text: string;
  amounts: Amount[];
  /** The words of the row without its amounts. */
  label: Label;
  /** Height of its box in pixels. */
  height: number;
}

/** @param lines whole rows in reading order, as the merge of readings gives them */
export function readRows(lines: readonly TextLine[]): Row[] {
  return lines.map(({ text, box }): Row => {
    const amounts = findAmounts(text);
    let words = text;
    for (const { start, end } of amounts.toReversed()) words = `${words.slice(0, start)} ${words.slice(end)}`;
    return { text, amounts, label: new Label(words), height: box.height };
  });
}
