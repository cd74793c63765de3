import { photographReceipt, type PhotoOptions, type ReceiptLine } from '../../../../examples/support/render-receipt.ts';

/** A receipt that is drawn for a test, and what stands on it. */
export interface DrawnReceipt {
  name: string;
  picture: () => Promise<Buffer>;
  truth: { merchant: string; date: string; total: number; currency: string };
}

const pair = (left: string, right: string): ReceiptLine => ({ kind: 'pair', left, right });
const centre = (text: string): ReceiptLine => ({ kind: 'centre', text });
const rule: ReceiptLine = { kind: 'rule' };

const bakery: ReceiptLine[] = [
  { kind: 'title', text: 'Bäckerei Morgenrot GmbH' },
  centre('Lindenallee 4, 01067 Dresden'),
  rule,
  pair('17.03.2024', '07:52 Uhr'),
  rule,
  pair('4 x Brötchen', '1,80'),
  pair('Roggenbrot', '4,20'),
  pair('Apfeltasche', '2,35'),
  rule,
  { kind: 'strongPair', left: 'SUMME EUR', right: '8,35' },
  pair('Bar', '10,00'),
  pair('Rückgeld', '1,65'),
  pair('MwSt 7 %', '0,55'),
  centre('Auf Wiedersehen'),
];

const restaurant: ReceiptLine[] = [
  { kind: 'title', text: 'THE COPPER KETTLE' },
  centre('118 River Road, Dublin'),
  centre('Tel 01 555 0148'),
  centre('RECEIPT'),
  { kind: 'left', text: 'Table 7   Server Ann' },
  { kind: 'left', text: '12 Aug 2025 20:14' },
  rule,
  pair('2 x Fish and Chips', '31.00'),
  pair('1 x Garden Salad', '9.50'),
  pair('3 x Lemonade', '11.25'),
  rule,
  pair('Subtotal', '51.75'),
  pair('Service 10%', '5.18'),
  { kind: 'strongPair', left: 'TOTAL EUR', right: '56.93' },
  pair('MASTERCARD', '56.93'),
  centre('Thank you'),
];

const hardware: ReceiptLine[] = [
  centre('NORTHGATE TOOLS LTD'),
  centre('Unit 9, Foundry Street'),
  centre('Leeds LS9 8AU'),
  rule,
  { kind: 'left', text: 'INVOICE 20931' },
  { kind: 'left', text: 'Date 2023-11-04' },
  rule,
  { kind: 'left', text: 'HAMMER 16OZ' },
  pair('2 x 12.49', '24.98'),
  { kind: 'left', text: 'WOOD SCREWS 100' },
  pair('1 x 6.75', '6.75'),
  rule,
  pair('Sub total', '31.73'),
  pair('VAT 20%', '6.35'),
  pair('Amount due GBP', '38.08'),
  pair('CASH', '40.00'),
  pair('CHANGE', '1.92'),
];

function drawn(name: string, lines: ReceiptLine[], options: Partial<PhotoOptions>, truth: DrawnReceipt['truth']): DrawnReceipt {
  return { name, truth, picture: () => photographReceipt(lines, options) };
}

export const DRAWN_RECEIPTS: readonly DrawnReceipt[] = [
  drawn('German, monospace, askew', bakery, { rotate: 2.2, seed: 3 }, {
    merchant: 'Bäckerei Morgenrot GmbH', date: '2024-03-17', total: 8.35, currency: 'EUR',
  }),
  drawn('English, sans-serif, noisy', restaurant, { font: 'sans-serif', noise: 14, rotate: -1.2, seed: 4 }, {
    merchant: 'THE COPPER KETTLE', date: '2025-08-12', total: 56.93, currency: 'EUR',
  }),
  drawn('English, serif, small and blurred', hardware, { font: 'serif', width: 420, fontSize: 16, blur: 0.7, quality: 60, seed: 5 }, {
    merchant: 'NORTHGATE TOOLS LTD', date: '2023-11-04', total: 38.08, currency: 'GBP',
  }),
];
