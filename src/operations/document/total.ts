import type { Amount } from './amounts.ts';
import type { Row } from './row.ts';

const FINAL = ['GRAND TOTAL', 'AMOUNT DUE', 'TOTAL DUE', 'BALANCE DUE', 'TOTAL PAYABLE', 'AMOUNT PAYABLE', 'NET TOTAL', 'NETT TOTAL', 'ROUNDED TOTAL', 'TOTAL ROUNDED', 'TOTAL AFTER ROUNDING', 'TOTAL AFTER ADJ', 'ZU ZAHLEN', 'ZU ZAHLENDER', 'ZAHLBETRAG', 'ENDBETRAG', 'ENDSUMME', 'RECHNUNGSBETRAG', 'GESAMTBETRAG', 'GESAMTSUMME', 'RECHNUNGSSUMME', 'NET AMOUNT', 'NETT AMOUNT', 'NETT', 'NET AMT', 'NETT AMT', 'BRUTTOBETRAG'];
// With `=` where one letter makes a ware of it: summer, mount, paint, fender.
const TOTAL = ['TOTAL', 'TOTALE', '=SUMME', 'GESAMT', 'BETRAG', 'JUMLAH', 'TTL', '=AMOUNT'];
const INCLUSIVE = ['INCL', 'INCLUSIVE', 'INCLUDING', 'INCLUDE', 'INC', 'INKL', 'INKLUSIVE', 'BRUTTO', 'W GST', 'WITH GST'];
const EXCLUSIVE = ['EXCL', 'EXCLUDING', 'EXCLUDE', 'EXCLUSIVE', 'EXC', 'EX', 'BEFORE', '=NETTO', 'EXKL', 'WITHOUT', 'W O GST'];
const PARTIAL = ['SUBTOTAL', 'SUB TOTAL', 'SUBTTL', 'SUB TTL', 'ZWISCHENSUMME', 'ZW SUMME', 'TAXABLE', 'ZERO RATED', 'ROUNDING ADJ', 'ROUNDING ADJUSTMENT'];
const TAX = ['GST', 'TAX', 'VAT', 'SST', 'MWST', 'UST', 'STEUER', 'MEHRWERTSTEUER', 'SERVICE TAX', 'CUKAI'];
const NO_MONEY = ['QTY', 'QUANTITY', 'ITEM', 'ITEMS', 'TOTAL PCS', '=COUNT', '=POINT', '=POINTS', 'PUNKTE', 'MENGE', 'ARTIKEL', 'ANZAHL', 'TOTAL UNITS', 'QUANTITIES'];
const REDUCTION = ['DISCOUNT', 'DISC', 'SAVING', 'SAVINGS', 'SAVED', 'RABATT', 'ERSPARNIS', 'VOUCHER', 'DEPOSIT', 'PFAND', 'ROUNDING', 'RUNDUNG', 'SERVICE CHARGE'];
const GIVEN = ['CASH', '=TENDER', 'TENDERED', 'PAID', 'GEGEBEN', 'BAR', 'BARGELD', 'RECEIVED', 'PAYMENT', 'TUNAI', 'AMOUNT TENDERED', 'AMT TENDER'];
const CARD = ['VISA', 'MASTER', 'MASTERCARD', 'CARD', 'DEBIT', 'CREDIT', 'AMEX', 'KARTENZAHLUNG', 'GIROCARD', 'EC KARTE', 'KARTE', 'MAESTRO', 'PAYPAL'];
const BACK = ['=CHANGE', '=CHANCE', 'RUCKGELD', 'WECHSELGELD', 'BAKI', 'CHANGE DUE'];
const REGISTRATION = ['GST ID', 'GST NO', 'GST REG', 'GST REGISTRATION', 'VAT NO', 'VAT REG', 'TAX ID', 'TAX NO', 'UST ID', 'UST IDNR', 'STEUERNUMMER', 'STEUER NR', 'SST NO', 'SST ID', 'SST REG'];
const SUMMARY = ['GST SUMMARY', 'TAX SUMMARY', 'GST ANALYSIS', 'VAT SUMMARY', 'TAX CODE', 'GST CODE', 'GST SUMM', 'STEUERUBERSICHT', 'VAT ANALYSIS'];

/** What a row of a receipt says about money. */
export type RowRole = 'final' | 'inclusive' | 'total' | 'partial' | 'tax' | 'reduction' | 'given' | 'card' | 'back' | 'count' | null;

/** Points by how sure a label names what is to be paid; a partial sum stands in only where there is nothing else. */
const POINTS = { final: 100, inclusive: 95, total: 80, partial: 30 } as const;

export function roleOf({ label }: Row): RowRole {
  const total = label.has(...TOTAL) || label.has(...FINAL);
  if (label.has(...REGISTRATION)) return null;
  if (label.has(...BACK)) return 'back';
  if (label.has(...NO_MONEY) && label.words.filter((word) => word === 'TOTAL').length < 2) return 'count';
  if (label.has(...PARTIAL)) return 'partial';
  if (total && label.has(...EXCLUSIVE)) return 'partial';
  if (label.has(...GIVEN) && !label.has('TOTAL')) return 'given';
  if (label.has(...REDUCTION)) return label.has(...FINAL) ? 'final' : 'reduction';
  if (total && label.has(...INCLUSIVE)) {
    // `GST included in total` names the tax.
    const tax = label.find(TAX);
    return tax >= 0 && tax < label.find([...TOTAL, ...FINAL]) ? 'tax' : 'inclusive';
  }
  if (label.has(...TAX)) return label.has('TOTAL SALES', 'TOTAL AMOUNT', 'TOTAL PAYABLE') && !label.has('TOTAL GST') ? 'total' : 'tax';
  if (label.has(...FINAL)) return 'final';
  if (label.has(...CARD)) return 'card';
  return total ? 'total' : null;
}

interface Candidate {
  value: number;
  points: number;
}

/**
 * The sum to be paid, or null. Labels make candidates; what else the receipt says of them (cash less change, a card
 * payment, subtotal and tax, a second mention) tells the right one, and catches a misread digit.
 */
export function readTotal(rows: readonly Row[]): number | null {
  const roles = rows.map(roleOf);
  const summaryAt = rows.findIndex(({ label, amounts }) => amounts.length === 0 && label.has(...SUMMARY));
  const candidates: Candidate[] = [];
  const values: Record<'tax' | 'partial' | 'given' | 'card' | 'back', number[]> = { tax: [], partial: [], given: [], card: [], back: [] };
  for (const [index, role] of roles.entries()) {
    if (role === null || role === 'count' || role === 'reduction') continue;
    const amount = amountFor(rows, roles, index);
    if (amount === null) continue;
    const inSummary = summaryAt >= 0 && index > summaryAt;
    if (role === 'tax' || role === 'given' || role === 'card' || role === 'back' || role === 'partial') values[role].push(amount.value);
    if (role === 'tax' || role === 'given' || role === 'card' || role === 'back') continue;
    // Further down is later, and so after rounding and discounts; but a tax table at the foot has totals of its own.
    let points = POINTS[role] + (5 * index) / rows.length - (inSummary ? 40 : 0);
    if (amount.kind !== 'decimal') points -= 10;
    candidates.push({ value: amount.value, points });
  }
  const paid = paidSums(values);
  const dearest = Math.max(0, ...rows.filter((_, index) => roles[index] === null).flatMap((row) => row.amounts.filter((amount) => amount.kind === 'decimal').map((amount) => amount.value)));
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (candidate.value <= 0) continue;
    // Nothing that was bought costs more than everything.
    const doubt = candidate.value < dearest - 0.05 ? 20 : 0;
    const points = candidate.points + support(candidate.value, candidates, values, paid) - doubt;
    if (best === null || points > best.points) best = { value: candidate.value, points };
  }
  if (best !== null && best.points > 25) return best.value;
  return paid.at(0) ?? null;
}

/** What must have been paid, by the payments: cash less change, or a card's sum. Surest first. */
function paidSums({ given, back, card }: { given: number[]; back: number[]; card: number[] }): number[] {
  const sums: number[] = [];
  for (const cash of given) {
    for (const change of back) {
      if (cash >= change && change >= 0 && cash - change > 0) sums.push(cents(cash - change));
    }
  }
  return [...sums, ...card.filter((value) => value > 0), ...(back.length === 0 ? given.filter((value) => value > 0) : [])];
}

function support(
  value: number,
  candidates: readonly Candidate[],
  { tax, partial }: { tax: number[]; partial: number[] },
  paid: readonly number[],
): number {
  let points = 0;
  if (paid.some((sum) => near(sum, value))) points += 25;
  if (candidates.filter((other) => near(other.value, value)).length > 1) points += 10;
  const added = partial.some((sum) => tax.some((part) => part > 0 && Math.abs(sum + part - value) <= 0.05));
  if (added) points += 10;
  return points;
}

/** The sum that belongs to a label: the last in its row, or the only thing in the row below (above, on a page askew). */
function amountFor(rows: readonly Row[], roles: readonly RowRole[], index: number): Amount | null {
  const own = rows[index]?.amounts.at(-1);
  if (own !== undefined) return own;
  for (const near of [index + 1, index - 1]) {
    const row = rows[near];
    const amount = row?.amounts.at(-1);
    if (row !== undefined && amount !== undefined && roles[near] === null && row.label.letters <= 3) return amount;
  }
  return null;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.005;
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
