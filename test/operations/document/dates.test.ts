import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDate } from '../../../src/operations/document/dates.ts';
import { readRows } from '../../../src/operations/document/row.ts';
import { page } from './page.ts';

function dateOf(...rows: string[]): string | null {
  return readDate(readRows(page(rows)));
}

describe('readDate', () => {
  it.each([
    ['Date : 25/12/2018', '2018-12-25'],
    ['25-12-18 10:14', '2018-12-25'],
    ['12 Jan 2019', '2019-01-12'],
    ['2018-12-25 09:00:11', '2018-12-25'],
    ['01.02.2024', '2024-02-01'],
    ['Datum: 3. März 2023', '2023-03-03'],
    ['14. Oktober 2022', '2022-10-14'],
    ['10 Mar 2018 18:24', '2018-03-10'],
    ['10Mar2018', '2018-03-10'],
    ['05-MAR-2018', '2018-03-05'],
    ["25 DEC'18", '2018-12-25'],
    ['March 12, 2018', '2018-03-12'],
    ['DATE 28/02/201815:21', '2018-02-28'],
    ['2018/3/7', '2018-03-07'],
    ['1st of May 2020', '2020-05-01'],
    ['Rechnungsdatum 07.11.24', '2024-11-07'],
    ['O5/O3/2018', '2018-03-05'],
    ['25/12/ 2018', '2018-12-25'],
    ['DATE: 1 4/06/2017', '2017-06-14'],
    ['2017-DEC-28', '2017-12-28'],
    ['Date 20170512 11:32', '2017-05-12'],
    ['15/JAN/2017', '2017-01-15'],
    ['JUN 29, 2017 4:21 PM', '2017-06-29'],
    ['Tarikh: 5 MAC 2018', '2018-03-05'],
    ['05-O1-2017 TIME:12:17', '2017-01-05'],
  ])('reads %s', (row, date) => {
    expect(dateOf(row)).toBe(date);
  });

  it('takes the day first where both orders are possible', () => {
    expect(dateOf('DATE 03/04/2018')).toBe('2018-04-03');
  });

  it('takes the month first where the day cannot be a month', () => {
    expect(dateOf('DATE 12/28/2017')).toBe('2017-12-28');
  });

  it('takes the month first when another date of the page shows that order', () => {
    expect(dateOf('DATE 03/04/2018 10:00', 'next promotion from 03/25/2018')).toBe('2018-03-04');
  });

  it('takes the month first under an American address', () => {
    expect(dateOf('500 Main St', 'Springfield, IL 62701', 'Date 03/04/2018')).toBe('2018-03-04');
  });

  it('prefers the reading that an unambiguous date of the page confirms', () => {
    expect(dateOf('Date 03/04/2018 10:17', 'printed 2018-03-04 10:17')).toBe('2018-03-04');
  });

  it('prefers the date of the sale to a date when something ends', () => {
    expect(dateOf('Voucher valid until 31/12/2019', 'Date: 05/06/2019 14:02')).toBe('2019-06-05');
  });

  it.each(['31/04/2018', '30/02/2019', '12/13', 'TEL 03-91334364', '1.50 2.50 4.00', 'Ver 1.2.3', '53200 KUALA LUMPUR', 'DOC 20170512'])(
    'finds no date in %s',
    (row) => {
      expect(dateOf(row)).toBeNull();
    },
  );

  it('reads every date back that is written day first with a four-digit year', () => {
    const noon = fc.date({ min: new Date('1995-01-01T12:00:00Z'), max: new Date('2098-12-31T12:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(noon, fc.constantFrom('/', '-', '.'), (date, separator) => {
        const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
        expect(dateOf([day, month, year].join(separator))).toBe(`${year}-${month}-${day}`);
      }),
    );
  });

  it('answers a real date or nothing, whatever stands on the page', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[0-9A-Z/.: -]{1,24}$/), { maxLength: 6 }), (rows) => {
        const date = dateOf(...rows.map((row) => row.trim() || 'x')) ?? '2000-01-01';
        expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
      }),
    );
  });
});
