import { describe, expect, it } from 'vitest';
import { readMerchant } from '../../../src/operations/document/merchant.ts';
import { readCurrency } from '../../../src/operations/document/currency.ts';
import { readRows } from '../../../src/operations/document/row.ts';
import { page } from './page.ts';

describe('readMerchant', () => {
  it.each<[string, string[], string | null]>([
    ['the first row', ['Corner Books', '5 High Street', 'TOTAL 4.00'], 'Corner Books'],
    ['the row with a legal form, under a scribble', ['ab 12', 'lee', 'SUNRISE HARDWARE SDN BHD (123456-X)', 'NO 5, JALAN SATU', 'TOTAL 4.00'], 'SUNRISE HARDWARE SDN BHD'],
    ['the row without its registration number', ['LEAF BAKERIES (KL) SDN BHD (139386 X)', 'Lot 3, Jalan Pelabur 23/1', 'TOTAL 4.00'], 'LEAF BAKERIES (KL) SDN BHD'],
    ['what a kind of shop gives away', ['tan chay yee', 'SOON HUAT MACHINERY ENTERPRISE', '(JM0352019-K)', 'TOTAL 4.00'], 'SOON HUAT MACHINERY ENTERPRISE'],
    ['what stands under a heading', ['TAX INVOICE', 'Kedai Kopi Aman', 'Jalan Besar 3', 'TOTAL 4.00'], 'Kedai Kopi Aman'],
    ['no address, telephone or web page', ['12, JALAN AMAN 50000 KUALA LUMPUR', 'TEL 03-1234567', 'www.example.com', 'TOTAL 4.00'], null],
  ])('finds %s', (_, rows, name) => {
    expect(readMerchant(readRows(page(rows)))).toBe(name);
  });
});

describe('readCurrency', () => {
  it.each<[string[], string | null]>([
    [['TOTAL RM 5.00'], 'MYR'],
    [['SUMME EUR 5,00'], 'EUR'],
    [['Total 5,00 €'], 'EUR'],
    [['TOTAL £5.00'], 'GBP'],
    [['TOTAL CHF 5.00'], 'CHF'],
    [['TOTAL $5.00'], 'USD'],
    [['TOTAL S$5.00'], 'SGD'],
    [['BIG SHOP SDN BHD', 'TOTAL $5.00'], 'MYR'],
    [['Laden GmbH', 'TOTAL 5,00'], 'EUR'],
    [['FARM SHOP', 'TOTAL 5.00'], null],
  ])('reads %j', (rows, code) => {
    expect(readCurrency(readRows(page(rows)))).toBe(code);
  });
});
