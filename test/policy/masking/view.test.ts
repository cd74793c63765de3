import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../src/policy/masking/view.ts';

describe('the view of a text', () => {
  it.each([
    ['４１１１', '4111'],
    ['𝟜𝟙𝟙𝟙', '4111'],
    ['٤١١١', '4111'],
    ['४१११', '4111'],
    ['a\u200bb\u00adc\u2060d\ufeff', 'abcd'],
    ['1\u00a02\u20073\u202f4', '1 2 3 4'],
    ['1\u20112\u20133\u22124', '1-2-3-4'],
    ['Mu\u0308ller', 'Müller'],
    ['ａｎｎａ＠ｘ．ｏｒｇ', 'anna@x.org'],
    ['ﬁne', 'fine'],
    ['Grüße, 你好 😀', 'Grüße, 你好 😀'],
  ])('reads %j as %j', (text, view) => {
    expect(viewOf(text).text).toBe(view);
  });

  it('maps every find back to whole characters of the original', () => {
    const unit = fc.oneof(fc.string({ maxLength: 2, unit: 'binary' }), fc.constantFrom('４', '\u200b', '\u0308', 'u', 'ﬁ', '𝟜', '\u00ad', ' ', '😀'));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
        const text = units.join('');
        const view = viewOf(text);
        let last = 0;
        for (let index = 0; index < view.text.length; index += 1) {
          const [start, end] = [view.startOf(index), view.endOf(index + 1)];
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = start;
          // What is plain on both sides has not moved.
          const isPlain = view.text.charAt(index) < '\u0080' && text.charAt(start) < '\u0080';
          expect(isPlain ? text.charAt(start) : '').toBe(isPlain ? view.text.charAt(index) : '');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
