import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrefixMatch } from '../../../src/routing/chat/prefix.ts';

const spaced = fc.array(fc.oneof(fc.constantFrom(' ', '\n', '  ', '\t'), fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' })), { maxLength: 12 }).map((parts) => parts.join(''));
const without = (text: string): string => text.replaceAll(/\s/gu, '');

/** A text in pieces, cut anywhere. */
function cut(text: string, at: readonly number[]): string[] {
  const places = [...new Set(at.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((place, index) => text.slice(place, places[index] ?? text.length)).filter((piece) => piece !== '');
}

test('what is delivered and what is new make the whole text, wherever it was cut', () => {
  fc.assert(
    fc.property(spaced, fc.nat(), fc.array(fc.nat(), { maxLength: 6 }), (whole, at, pieces) => {
      const delivered = whole.slice(0, at % (whole.length + 1));
      const match = new PrefixMatch(delivered);
      const fresh = cut(whole, pieces).map((piece) => match.push(piece));
      expect(fresh).not.toContain(null);
      expect(match.complete).toBe(true);
      expect(without(delivered + fresh.join(''))).toBe(without(whole));
      // Not a blank is lost, and none said twice where the texts agree.
      const seamIsClear = delivered.trimEnd() === delivered;
      expect(seamIsClear ? delivered + fresh.join('') : whole).toBe(whole);
    }),
  );
});

test('texts that part are told apart', () => {
  fc.assert(
    fc.property(spaced, spaced, fc.array(fc.nat(), { maxLength: 6 }), (delivered, other, pieces) => {
      const match = new PrefixMatch(delivered);
      const parted = cut(other, pieces).some((piece) => match.push(piece) === null);
      const alike = without(other).startsWith(without(delivered)) || without(delivered).startsWith(without(other));
      expect(parted).toBe(!alike);
    }),
  );
});

test('blanks at the seam are there once', () => {
  const match = new PrefixMatch('One, two, ');
  expect(['One,', ' two,', ' ', ' three'].map((piece) => match.push(piece)).join('')).toBe('three');
});
