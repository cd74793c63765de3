import type { Row } from './row.ts';

/** Signs and codes beside sums, the more telling first; `$` alone is looked at last. */
const SIGNS: readonly [RegExp, string][] = [
  [/(?<!\p{L})(?:RM|R\.M\.?|MYR)(?!\p{L})/u, 'MYR'],
  [/S\$|\bSGD\b/, 'SGD'],
  [/A\$|\bAUD\b/, 'AUD'],
  [/C\$|\bCAD\b/, 'CAD'],
  [/HK\$|\bHKD\b/, 'HKD'],
  [/US\$|\bUSD\b/, 'USD'],
  [/€|(?<!\p{L})EURO?S?(?!\p{L})/u, 'EUR'],
  [/£|\bGBP\b/, 'GBP'],
  [/(?<!\p{L})(?:CHF|SFr\.?|Fr\.(?=\s?\d))/u, 'CHF'],
  [/₹|\bINR\b|\bRs\.(?=\s?\d)/, 'INR'],
  [/¥|\bJPY\b/, 'JPY'],
  [/\bRp\.?\s?\d|\bIDR\b/, 'IDR'],
  [/\bPLN\b|zł/, 'PLN'],
];

/** What tells the country where no sum bears a sign. A bare `$` is the country's own money in Malaysia. */
const COUNTRIES: readonly [RegExp, string][] = [
  [/\bSDN\.?\s?BHD|\bJALAN\b|\bMALAYSIA\b|\bSELANGOR\b|\bJOHOR\b|\bKUALA LUMPUR\b/i, 'MYR'],
  [/\bVAT\b[^]*\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b[^]*\bVAT\b/, 'GBP'],
  [/\bMwSt\b|\bMehrwertsteuer\b|\bUSt-?Id|\bGmbH\b|\bFinanzamt\b/i, 'EUR'],
];

/** The currency of a document as an ISO 4217 code, or null where nothing tells it. The sign that stands most often wins. */
export function readCurrency(rows: readonly Row[]): string | null {
  const votes = new Map<string, number>();
  for (const { text, amounts, label } of rows) {
    for (const [pattern, code] of SIGNS) {
      if (!pattern.test(text)) continue;
      // Beside a sum it is the sum's; anywhere else it may be part of a name.
      const weight = amounts.length > 0 ? 3 : label.has('TOTAL', 'AMOUNT', 'PRICE', 'SUMME', 'BETRAG') ? 2 : 1;
      votes.set(code, (votes.get(code) ?? 0) + weight);
      break;
    }
  }
  const [best] = [...votes].sort((a, b) => b[1] - a[1]);
  if (best !== undefined) return best[0];
  const text = rows.map((row) => row.text).join('\n');
  for (const [pattern, code] of COUNTRIES) if (pattern.test(text)) return code;
  return /\$\s?\d/.test(text) ? 'USD' : null;
}
