import { findDates } from './dates.ts';
import type { Row } from './row.ts';

/** Looked at from the top of the page: a merchant's name stands above its wares. */
const MAX_ROWS = 14;

/** Legal forms: the row that has one is nearly always the name. */
const FORMS = /\bS\/B\b|\bS[DO0]N\.?\s?\.?\s?B[HN][DO0]\b|\bBHD\b|\b(?:GMBH|UG|AG|KG|OHG|E\.K\.|LTD|LLC|LLP|INC|CORP|PLC|LIMITED|PTE|PTY|S\.?A\.?R\.?L|B\.V|S\.P\.A|CO\.)(?![\p{L}])/iu;
/** What shops are called. */
const KINDS = /\b(?:ENTERPRISE|TRADING|RESTORAN|RESTAURANT|CAFE|CAFÉ|KAFE|KEDAI|PERNIAGAAN|SYARIKAT|STORES?|MART|MARKET|SUPERMARKT|SUPERMARKET|HYPERMARKET|SHOP|BAKERY|BÄCKEREI|BACKEREI|PHARMACY|APOTHEKE|FARMASI|HARDWARE|MACHINERY|STATIONERY|BOOK|BOOKS|BUCHHANDLUNG|HOTEL|GASTHAUS|GASTHOF|BISTRO|KITCHEN|FOOD|FOODS|HOUSE|CENTRE|CENTER|GALLERY|GALERIE|HOLDINGS?|INDUSTRIES|SERVICES?|ELECTRICAL|MOTOR|AUTO|PETROL|SERVICE STATION|HANDEL|MARKT|DROGERIE|METZGEREI|BAUMARKT|EINZELHANDEL|HAUSHALTSWAREN|SDN)\b/iu;
/** What stands above a name, or under it, and is none. */
const HEADINGS = ['INVOICE', 'RECEIPT', 'TAX INVOICE', 'CASH BILL', 'CASH SALES', 'SIMPLIFIED', 'WELCOME', '=THANK', 'RECHNUNG', 'KASSENBON', 'KASSENBELEG', 'QUITTUNG', '=BELEG', '=COPY', 'DUPLICATE', 'ORIGINAL', 'BILL TO', 'CUSTOMER', '=GOODS', 'CASHIER', 'DATE', 'DATUM', '=TABLE', '=TISCH', '=KASSE', 'WILLKOMMEN', 'VIELEN', 'REPRINT'];
const ADDRESS = /\b(?:NO|LOT|UNIT|BLK|BLOCK|LEVEL|GROUND FLOOR)\b\.?\s?:?\s?[\dA-Z]*\d|\b(?:JALAN|JLN|LORONG|TAMAN|TMN|PERSIARAN|BANDAR|SEKSYEN|KAMPUNG|STREET|ROAD|AVENUE|AVE|LANE|BOULEVARD|HIGHWAY|SUITE)\b|(?:STRASSE|STRAßE|STRABE|STR\.|PLATZ|ALLEE|GASSE)\s?\d|\b\d{5}\b/iu;
const CONTACT = /\b(?:TEL|TELEFON|PHONE|FAX|H\/P|HP|E-?MAIL|WWW|HTTP|GST|SST|VAT|UST|REG|ROC|CO\.?\s?NO|STEUER)\b|@|\.com\b/iu;

/** The name of who sold, or null. Legal form, kind of shop, size of type and place on the page speak for a row. */
export function readMerchant(rows: readonly Row[]): string | null {
  const top = rows.slice(0, MAX_ROWS);
  const usual = median(rows.map((row) => row.height));
  let best: { name: string; score: number } | null = null;
  for (const [index, row] of top.entries()) {
    const name = tidy(row.text);
    const letters = name.match(/\p{L}/gu)?.length ?? 0;
    if (letters < 3 || row.label.has(...HEADINGS) || findDates(row.text).length > 0) continue;
    if (row.amounts.length > 0 && !FORMS.test(name)) break;
    const digits = name.match(/\d/g)?.length ?? 0;
    let score = 10 - 1.5 * index;
    if (FORMS.test(name)) score += 14;
    if (KINDS.test(name)) score += 6;
    if (row.height > 1.25 * usual) score += 4;
    if (ADDRESS.test(name)) score -= 10;
    if (CONTACT.test(name)) score -= 14;
    if (digits > letters) score -= 8;
    if (best === null || score > best.score) best = { name, score };
  }
  return best === null || best.score <= 0 ? null : best.name;
}

/** Drops a registration number in brackets behind the name, and marks at its ends. */
function tidy(text: string): string {
  return text
    .replace(/[（(]\s?(?:CO\.?\s?(?:REG)?\.?\s?(?:NO)?\.?\s?:?\s?)?[\p{L}]{0,3}\d[\d\s]{3,}[-–]?\s?\p{L}?\s?[)）]?/iu, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}.)&!]+$/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
