import type { DocumentFields, TextLine } from '../../canonical/results.ts';
import { readCurrency } from './currency.ts';
import { readDate } from './dates.ts';
import { readItems } from './items.ts';
import { readMerchant } from './merchant.ts';
import { type Row, readRows } from './row.ts';
import { readTotal, roleOf } from './total.ts';

const WORDS = ['RECEIPT', 'INVOICE', 'RECHNUNG', 'QUITTUNG', 'KASSENBON', 'BON', 'BELEG', 'TAX', 'GST', 'VAT', 'MWST', 'UST', 'CASH', 'CHANGE', 'CASHIER', 'KASSE', 'QTY', 'SUBTOTAL', 'VISA', 'MASTERCARD', 'RUCKGELD', 'BILL', '=TABLE'];
/** Points from which a text is taken for a receipt or an invoice. */
const ENOUGH = 5;

/**
 * Derives the fields of a receipt or an invoice from its lines, or null when the text is none: a letter that names a
 * price is no receipt. Pure; a field that cannot be read is null.
 *
 * @param lines whole rows in reading order, as the merge of readings gives them
 */
export function readDocument(lines: readonly TextLine[]): DocumentFields | null {
  const rows = readRows(lines);
  const total = readTotal(rows);
  const date = readDate(rows);
  if (evidence(rows, total, date) < ENOUGH) return null;
  return { merchant: readMerchant(rows), date, total, currency: readCurrency(rows), items: readItems(rows) };
}

function evidence(rows: readonly Row[], total: number | null, date: string | null): number {
  const sums = rows.filter((row) => row.amounts.some((amount) => amount.kind === 'decimal')).length;
  if (sums === 0) return 0;
  const labelled = rows.some((row) => row.amounts.length > 0 && ['final', 'inclusive', 'total', 'partial'].includes(roleOf(row) ?? ''));
  const words = WORDS.filter((word) => rows.some((row) => row.label.has(word))).length;
  // Prose has long rows; a receipt has short ones that end in sums.
  const atEnd = rows.filter((row) => (row.amounts.at(-1)?.end ?? -10) >= row.text.length - 4).length;
  return (labelled ? 2 : 0) + (total === null ? 0 : 1) + Math.min(2, words) + (date === null ? 0 : 1) + (atEnd >= 2 ? 1 : 0);
}
