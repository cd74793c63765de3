import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/operations/document/document.ts';
import { page } from './page.ts';

const CAFE = [
  '        BLUE DOOR CAFE LTD',
  '     4 Mill Lane, York YO1 7AB',
  '        VAT No 123 4567 89',
  'Date: 05/03/2024         12:41',
  '2 x Flat White            7.00',
  '1 x Scone                 2.80',
  'Tea                       2.10',
  'Subtotal                 11.90',
  'TOTAL                   £11.90',
  'VISA                     11.90',
];

const MARKT = [
  '      Frischmarkt Sommer GmbH',
  '      Hauptstraße 12, 50667 Köln',
  'Datum 17.08.2023      18:05 Uhr',
  '                            EUR',
  'Vollkornbrot               3,49',
  '2 x Joghurt Natur          1,58',
  'Bergkäse                   5,20',
  'SUMME                     10,27',
  'Bar                       20,00',
  'Rückgeld                   9,73',
];

const TRADING = [
  'GOLDEN LEAF TRADING SDN BHD',
  '(987654-K)',
  'NO 7, JALAN MERANTI 3, 81300 SKUDAI',
  'TEL : 07-5551234',
  'TAX INVOICE',
  'Invoice No : CS0004711    Date : 11/10/2017',
  'Description      Qty    U.Price    Amount',
  '955001200345',
  'FLOOR MAT LARGE',
  '                 2.00 PCS 8.0000   16.00 SR',
  'SPONGE 3IN1',
  '                 1.00 PKT 4.5000    4.50 SR',
  'Total (Excluding GST)              20.50',
  'GST 6%                              1.23',
  'Rounding                            0.02',
  'Total (Inclusive of GST)           21.75',
  'CASH                               22.00',
  'CHANGE                              0.25',
];

describe('readDocument', () => {
  it('reads an English receipt', () => {
    expect(readDocument(page(CAFE))).toEqual({
      merchant: 'BLUE DOOR CAFE LTD',
      date: '2024-03-05',
      total: 11.9,
      currency: 'GBP',
      items: [
        { description: 'Flat White', quantity: 2, amount: 7 },
        { description: 'Scone', quantity: 1, amount: 2.8 },
        { description: 'Tea', quantity: null, amount: 2.1 },
      ],
    });
  });

  it('reads a German receipt', () => {
    expect(readDocument(page(MARKT))).toEqual({
      merchant: 'Frischmarkt Sommer GmbH',
      date: '2023-08-17',
      total: 10.27,
      currency: 'EUR',
      items: [
        { description: 'Vollkornbrot', quantity: null, amount: 3.49 },
        { description: 'Joghurt Natur', quantity: 2, amount: 1.58 },
        { description: 'Bergkäse', quantity: null, amount: 5.2 },
      ],
    });
  });

  it('reads an invoice whose descriptions and prices stand in rows of their own', () => {
    expect(readDocument(page(TRADING))).toEqual({
      merchant: 'GOLDEN LEAF TRADING SDN BHD',
      date: '2017-10-11',
      total: 21.75,
      currency: 'MYR',
      items: [
        { description: 'FLOOR MAT LARGE', quantity: 2, amount: 16 },
        { description: 'SPONGE 3IN1', quantity: 1, amount: 4.5 },
      ],
    });
  });

  it('reads the same when the page lies askew', () => {
    for (const slope of [-0.06, 0.06]) expect(readDocument(page(MARKT, slope))).toEqual(readDocument(page(MARKT)));
  });

  it.each([
    ['a letter', ['Dear Sir or Madam,', 'on 3 May 2021 I bought a kettle for 39.99 in your shop.', 'It never worked. Please send me a new one.', 'Kind regards']],
    ['a notice', ['Opening hours', 'Mon to Fri 9.00 - 17.00', 'Saturday closed']],
    ['a table of numbers', ['Year  Value', '2019  1.25', '2020  2.50']],
    ['nothing', []],
  ])('takes %s for no receipt', (_, rows) => {
    expect(readDocument(page(rows))).toBeNull();
  });

  it('leaves a field null that cannot be read', () => {
    const document = readDocument(page(['RECEIPT', 'Mug   5.00', 'Plate   4.00', 'TOTAL   9.00', 'CASH   9.00']));
    expect(document).toMatchObject({ date: null, currency: null, total: 9 });
  });
});
