import { describe, expect, it } from 'vitest';
import { readRows } from '../../../src/operations/document/row.ts';
import { readTotal } from '../../../src/operations/document/total.ts';
import { page } from './page.ts';

function totalOf(...rows: string[]): number | null {
  return readTotal(readRows(page(rows)));
}

describe('readTotal', () => {
  it.each<[string, string[], number]>([
    ['one label', ['Mug             5.00', 'TOTAL           5.00'], 5],
    ['a grand total after a subtotal', ['Sub Total     17.75', 'GST 6%         1.07', 'Rounding      -0.02', 'GRAND TOTAL   18.80'], 18.8],
    ['a rounded total', ['Total         18.82', 'Rounding      -0.02', 'Rounded Total 18.80'], 18.8],
    ['with tax rather than without', ['Total Sales (Excluding GST)  87.80', 'Total GST   5.27', 'Total Sales (Inclusive of GST)  93.07'], 93.07],
    ['a nett total', ['Total Amount:  8.70', 'GST @6%:  0.52', 'Nett Total:  9.22'], 9.22],
    ['a German sum', ['Zwischensumme   100,08', 'MwSt 19 %   19,02', 'SUMME EUR   119,10'], 119.1],
    ['what is to be paid', ['Gesamt  20,00', 'Rabatt  -2,00', 'ZU ZAHLEN  18,00', 'Bar  20,00', 'Rückgeld  2,00'], 18],
    ['an amount due', ['Subtotal  50.00', 'Tax  4.00', 'Amount Due  $54.00'], 54],
    ['a misread label', ['Sub Tolal  10.00', 'fotal  10.60'], 10.6],
    ['a label with a digit in it', ['T0TAL  10.60'], 10.6],
    ['not the number of items', ['Total Items = 3.00', 'Total Qty  3.00', 'Total  15.00'], 15],
    ['not the cash nor the change', ['TOTAL  21.20', 'CASH  100.00', 'CHANGE  78.80'], 21.2],
    ['not the total of the tax table', ['Total  93.07', 'GST Summary  ', 'SR 6%  87.80  5.27', 'Total  87.80  5.27'], 93.07],
    ['not the total of the discount', ['TOTAL DISCOUNT  5.00', 'TOTAL  45.00'], 45],
    ['not the tax that is included', ['TOTAL  45.00', 'GST included in total  2.55'], 45],
    ['with a service charge', ['TOTAL SALES :  7.30', 'GST 6% :  0.44', 'SERVICE CHARGE 10%  0.73', 'TOTAL DUE (RM)  8.47', 'CASH  10.00', 'CHANGE  1.53'], 8.47],
    ['after rounding', ['TOTAL RM INCL. OF GST  46.26', 'ROUNDING ADJUSTMENT  -0.01', 'TOTAL RM  46.25', 'CASH RM  50.25', 'CHANGE RM  4.00'], 46.25],
    ['behind a quantity in the same row', ['TOTAL QTY 3  TOTAL RM 17.60'], 17.6],
    ['after a discount', ['GROSS TOTAL  10.00', 'DISC 10%  1.00', 'NET TOTAL  9.00'], 9],
    ['gross rather than net, in German', ['Netto-Summe  50,00', 'MwSt 19%  9,50', 'Brutto-Summe  59,50'], 59.5],
    ['with thousands', ['Subtotal  1,286.40', 'GST  77.18', 'Total  1,363.58'], 1363.58],
    ['not a ware whose name is like a label', ['SUMMER DRESS  30.00', 'TV MOUNT  60.00', 'WALL PAINT  20.00', 'TOTAL  110.00'], 110],
    ['not a price per item', ['Widget  45.00', 'Total tax  2.55', 'TOTAL RM  45.00'], 45],
  ])('finds the sum to be paid: %s', (_, rows, total) => {
    expect(totalOf(...rows)).toBe(total);
  });

  it('finds a value in the row below its label', () => {
    expect(totalOf('TOTAL AMOUNT DUE', '                 RM 45.10')).toBe(45.1);
  });

  it('finds the value far to the right on a page that lies askew', () => {
    const rows = ['Bread                    2.00', 'Butter                   3.00', 'Cheese                   4.00', 'Sub Total                9.00', 'TOTAL                    9.54', 'CASH                    10.00', 'CHANGE                   0.46'];
    for (const slope of [-0.08, 0.08]) expect(readTotal(readRows(page(rows, slope)))).toBe(9.54);
  });

  it('trusts the payment where two labels disagree', () => {
    expect(totalOf('TOTAL  19.20', 'TOTAL  79.20', 'CASH  80.00', 'CHANGE  0.80')).toBe(79.2);
  });

  it('works the sum out of cash and change where no label can be read', () => {
    expect(totalOf('Mug  12.50', 'CASH  20.00', 'CHANGE  7.50')).toBe(12.5);
  });

  it('finds nothing where there is nothing', () => {
    expect(totalOf('Opening hours', 'Monday 9.00 to 17.00')).toBeNull();
  });
});
