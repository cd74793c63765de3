/**
 * Makes the two receipts of the demo, `receipt-en.jpg` and `receipt-de.jpg`, beside this file. The pictures are
 * committed, so that the demo looks the same whatever fonts a machine has; run this to change them:
 *
 *     node examples/support/make-receipts.ts
 *
 * Shops, people and numbers are invented; the card number is the card schemes' public test number.
 */
import { writeFile } from 'node:fs/promises';
import { photographReceipt, type ReceiptLine } from './render-receipt.ts';

const english: ReceiptLine[] = [
  { kind: 'title', text: 'HARBOUR HOME STORES LTD' },
  { kind: 'centre', text: '27 Quay Street, Bristol BS1 4RB' },
  { kind: 'centre', text: 'Tel 0117 496 0123' },
  { kind: 'centre', text: 'VAT No 123 4567 89' },
  { kind: 'rule' },
  { kind: 'pair', left: 'Date: 14/10/2026', right: 'Time: 16:42' },
  { kind: 'pair', left: 'Receipt: 004417', right: 'Till 3' },
  { kind: 'rule' },
  { kind: 'pair', left: '1 x Electric Kettle 1.7L', right: '39.99' },
  { kind: 'pair', left: '2 x Tea Towel Linen', right: '11.90' },
  { kind: 'pair', left: '1 x Toaster Two Slice', right: '34.50' },
  { kind: 'pair', left: '4 x Mug Stoneware', right: '27.96' },
  { kind: 'pair', left: '1 x Descaler 500ml', right: '4.75' },
  { kind: 'rule' },
  { kind: 'pair', left: 'Subtotal', right: '99.25' },
  { kind: 'pair', left: 'VAT 20%', right: '19.85' },
  { kind: 'strongPair', left: 'TOTAL', right: '£119.10' },
  { kind: 'rule' },
  { kind: 'pair', left: 'VISA', right: '119.10' },
  { kind: 'left', text: 'Card 4111 1111 1111 1111' },
  { kind: 'left', text: 'E-mail jane.miller@example.com' },
  { kind: 'space' },
  { kind: 'centre', text: 'Thank you for shopping with us' },
  { kind: 'centre', text: 'Returns within 30 days' },
];

const german: ReceiptLine[] = [
  { kind: 'title', text: 'Haushaltswaren Lindner GmbH' },
  { kind: 'centre', text: 'Marktstraße 18, 70173 Stuttgart' },
  { kind: 'centre', text: 'Telefon 0711 555 0134' },
  { kind: 'centre', text: 'USt-IdNr. DE123456789' },
  { kind: 'rule' },
  { kind: 'pair', left: 'Datum: 14.10.2026', right: '16:42 Uhr' },
  { kind: 'pair', left: 'Bon-Nr. 004417', right: 'Kasse 3' },
  { kind: 'rule' },
  { kind: 'pair', left: '1 x Wasserkocher 1,7 l', right: '39,99' },
  { kind: 'pair', left: '2 x Geschirrtuch Leinen', right: '11,90' },
  { kind: 'pair', left: '1 x Toaster Edelstahl', right: '34,50' },
  { kind: 'pair', left: '4 x Tasse Steingut', right: '27,96' },
  { kind: 'pair', left: '1 x Entkalker 500 ml', right: '4,75' },
  { kind: 'rule' },
  { kind: 'pair', left: 'Zwischensumme netto', right: '100,08' },
  { kind: 'pair', left: 'MwSt 19 %', right: '19,02' },
  { kind: 'strongPair', left: 'SUMME EUR', right: '119,10' },
  { kind: 'rule' },
  { kind: 'pair', left: 'Kartenzahlung', right: '119,10' },
  { kind: 'left', text: 'Karte 4111 1111 1111 1111' },
  { kind: 'left', text: 'E-Mail jana.maier@example.com' },
  { kind: 'space' },
  { kind: 'centre', text: 'Vielen Dank für Ihren Einkauf' },
  { kind: 'centre', text: 'Umtausch innerhalb von 30 Tagen' },
];

const here = new URL('./', import.meta.url);
await writeFile(new URL('receipt-en.jpg', here), await photographReceipt(english, { rotate: -1.6, seed: 11 }));
await writeFile(new URL('receipt-de.jpg', here), await photographReceipt(german, { rotate: 1.3, seed: 12 }));
