import type { DocumentItem } from '../../canonical/results.ts';
import { findDates } from './dates.ts';
import type { Row } from './row.ts';
import { roleOf } from './total.ts';

/** A receipt with more is a list of another kind; it is cut. */
const MAX_ITEMS = 200;

/** Rows that name the columns of a table of items. */
const COLUMNS = ['QTY', 'PRICE', 'UNIT PRICE', 'AMOUNT', 'DESCRIPTION', 'ITEM', 'MENGE', 'PREIS', 'EINZELPREIS', 'BEZEICHNUNG', 'ARTIKEL', 'AMT', 'DESC', 'EUR'];
const NO_ITEM = ['TEL', 'FAX', '=PHONE', 'TELEFON', 'DATE', 'DATUM', 'TIME', 'INVOICE', 'CASHIER', '=TABLE', 'RECEIPT', 'GST ID', 'GST NO', 'CARD', 'KARTE', 'MEMBER', 'REF', 'DOC NO', 'BILL NO'];

/**
 * The wares of a receipt: rows above the first total that end in a sum, each with its description in the same row,
 * or in the row before or after when the row itself is only a code, a quantity and prices.
 */
export function readItems(rows: readonly Row[]): DocumentItem[] {
  const end = rows.findIndex((row) => row.amounts.some((amount) => amount.kind === 'decimal') && endsItems(row));
  if (end <= 0) return [];
  const start = tableStart(rows, end);
  const items: DocumentItem[] = [];
  const used = new Set<number>();
  for (let index = start; index < end && items.length < MAX_ITEMS; index += 1) {
    const row = rows[index];
    const amount = row?.amounts.at(-1);
    if (row === undefined || amount === undefined || amount.kind === 'whole' || isNoItem(row)) continue;
    const first = row.amounts[0];
    let words = row.text.slice(0, first?.start);
    let quantity = quantityOf(row.text, words, row.amounts.length) ?? quantityByPrice(row);
    let description = describe(words);
    if (letters(description) < 3) {
      const code = /^\s?[\p{L}]{0,3}\d{3,}\b/u.test(row.text);
      const around = code ? [index + 1, index - 1] : [index - 1, index + 1];
      const other = around.find((near) => near >= start && near < end && !used.has(near) && isDescription(rows[near]));
      if (other === undefined) continue;
      used.add(other);
      words = rows[other]?.text ?? '';
      description = describe(words);
      quantity ??= quantityOf(words, words, 0);
    }
    items.push({ description, quantity, amount: amount.value });
  }
  return items;
}

function endsItems(row: Row): boolean {
  const role = roleOf(row);
  if (role === 'reduction' || role === 'given' || role === 'card') return false;
  return role !== null && !isTableHead(row);
}

/** Behind the row that names the columns; without one, behind the last row of the head, which holds no sums. */
function tableStart(rows: readonly Row[], end: number): number {
  for (let index = end - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (row !== undefined && isTableHead(row)) return index + 1;
  }
  const first = rows.findIndex((row) => row.amounts.length > 0 && !isNoItem(row));
  return Math.max(0, first - 1);
}

function isTableHead({ label, amounts }: Row): boolean {
  return amounts.length === 0 && COLUMNS.filter((column) => label.has(column)).length >= 2;
}

function isNoItem(row: Row): boolean {
  const role = roleOf(row);
  return (role !== null && role !== 'card') || row.label.has(...NO_ITEM) || findDates(row.text).length > 0;
}

function isDescription(row: Row | undefined): boolean {
  if (row === undefined || row.amounts.some((amount) => amount.kind !== 'whole')) return false;
  return letters(row.text) > 0 && !isNoItem(row) && !isTableHead(row);
}

function letters(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}

/** From a price and a sum in one row: how often one goes into the other. */
function quantityByPrice({ amounts }: Row): number | null {
  const price = amounts.at(-2)?.value ?? 0;
  const times = (amounts.at(-1)?.value ?? 0) / (price || Number.NaN);
  return times >= 1 && times < 1000 && Math.abs(times - Math.round(times)) < 0.005 ? Math.round(times) : null;
}

/** `2 x Mug`, `2x`, `Mug x2`, or a small whole number of its own before the prices. */
function quantityOf(text: string, words: string, amounts: number): number | null {
  const times =
    /(?:^|\s)(?<n>\d{1,3})(?:[.,]0{1,3})?\s?(?:[x×*@](?!\s?\d+(?![.,\d]))|(?:Stk|St|pcs?|pkt|pack|roll|unit|nos?|ea|set|box|btl|ctn)\b)/iu.exec(text) ?? /(?:^|\s)[x×]\s?(?<n>\d{1,3})(?:\s|$)/iu.exec(text);
  const count = times?.groups?.['n'] ?? (amounts > 0 ? /(?:^|\s)(?<n>\d{1,3})\s*$/.exec(words)?.groups?.['n'] : undefined);
  const leading = count ?? /^(?<n>\d{1,2})\s(?=\p{L}{2})/u.exec(words)?.groups?.['n'];
  const value = Number(leading);
  return leading === undefined || value === 0 ? null : value;
}

function describe(words: string): string {
  return words
    .replace(/^\s?\d{1,3}\s?[x×*]\s?(?!\d)/iu, '')
    .replace(/^(?:SR|ZRL?|TX)\s(?=\S)/, '')
    .replace(/^\d{6,}\s?-?\s?/, '')
    .replace(/\s[x×*]\s?\d{1,3}\s*$/iu, '')
    .replace(/^\d{1,2}\s(?=\p{L}{2})/u, '')
    .replace(/\s\d{1,3}\s*(?:[x×*@])?\s*$/iu, '')
    .replace(/^[^\p{L}\p{N}]+|[\s:;=,.@*_-]+$/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}
