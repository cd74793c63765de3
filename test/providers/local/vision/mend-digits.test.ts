import { describe, expect, it } from 'vitest';
import { mendDigits } from '../../../../src/providers/local/vision/mend-digits.ts';

describe('mendDigits', () => {
  it.each([
    ['Karte 411l 1111 1111 1111', 'Karte 4111 1111 1111 1111'],
    ['4I11 1111 11l1 1111', '4111 1111 1111 1111'],
    ['400OO SHAH ALAM', '40000 SHAH ALAM'],
    ['ID 00O849813504', 'ID 000849813504'],
  ])('puts right %s', (read, right) => {
    expect(mendDigits(read)).toBe(right);
  });

  it.each(['1000l Wasser', 'Illo oOl', 'BIO 2024', '10l', 'O2 Shop', 'lIl1', ''])('leaves %j alone', (text) => {
    expect(mendDigits(text)).toBe(text);
  });
});
