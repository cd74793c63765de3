import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAmounts } from '../../../src/operations/document/amounts.ts';

function values(text: string): number[] {
  return findAmounts(text).map((amount) => amount.value);
}

describe('findAmounts', () => {
  it.each<[string, number[]]>([
    ['TOTAL 80.90', [80.9]],
    ['RM80.90', [80.9]],
    ['RM 1,234.50', [1234.5]],
    ['SUMME EUR 1.234,56', [1234.56]],
    ["CHF 1'234.50", [1234.5]],
    ['119,10 €', [119.1]],
    ['$9.20', [9.2]],
    ['S9.20', [9.2]],
    ['4 18.55 74.20 SR', [18.55, 74.2]],
    ['8O.9O', [80.9]],
    ['I2.5O', [12.5]],
    ['80 . 90', [80.9]],
    ['80. 90', [80.9]],
    ['Discount -2.00', [-2]],
    ['Rabatt 2,00-', [-2]],
    ['21 20 SR', [21.2]],
    ['1 80 91 80 91 SR', [80.91, 80.91]],
    ['20 :00', [20]],
    ['EUR 25', [25]],
    ['1.250 €', [1250]],
  ])('reads %s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each(['10:17:32 PM', '16:42', '25.12.2018', '6.00%', '03-77343662', 'VAT No 123 4567 89', '0.7500', '1,7 l', '1.50 KG', '81200 JOHOR BAHRU', 'GST ID 000849813504', '1070687-M'])(
    'sees no sum in %s',
    (text) => {
      expect(values(text)).toEqual([]);
    },
  );

  it('says where a sum stands', () => {
    const [amount] = findAmounts('Total RM 12.50 SR');
    expect('Total RM 12.50 SR'.slice(amount?.start, amount?.end)).toBe('RM 12.50');
  });

  it('reads back any sum in English and in German notation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), fc.constantFrom('en', 'de'), (cents, language) => {
        const text = (cents / 100).toLocaleString(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
        expect(values(`TOTAL ${text}`)).toEqual([cents / 100]);
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    const start = performance.now();
    findAmounts('1 '.repeat(20_000) + '1,'.repeat(20_000) + '.'.repeat(20_000) + 'O'.repeat(20_000));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
