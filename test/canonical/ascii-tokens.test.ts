import fc from 'fast-check';
import { estimateTokenCount } from 'tokenx';
import { expect, test } from 'vitest';
import { asciiTokens } from '../../src/canonical/ascii-tokens.ts';

const UNITS = ['a', 'word', 'Word', 'WORDS', "don't", '7', '1234', 'x9', '.', ',', '(', '"', '---', '=======', ' ', '  ', '\n', '\n\n', '\n  ', '\t', '\r\n', '\u0001', 'internationalisation'];

test('counts texts of ASCII as tokenx does', () => {
  const texts = fc.oneof(fc.array(fc.constantFrom(...UNITS), { maxLength: 40 }).map((units) => units.join('')), fc.string({ unit: 'binary-ascii', maxLength: 200 }));
  expect(asciiTokens('')).toBe(0);
  fc.assert(fc.property(texts, (text) => asciiTokens(text) === estimateTokenCount(text)), { numRuns: 5_000 });
});

test.each(['Straße', 'naïve', 'жду', '日本', 'fine until here… and on', '👍'])('leaves %s to tokenx', (text) => {
  expect(asciiTokens(text)).toBeNull();
});
