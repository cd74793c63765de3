import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/policy/masking/index.ts';
import { leastRatio } from '../../harness/cpu.ts';
import { over, prose, SEEDS } from './hostile.ts';
import { maskerOf } from './support.ts';

const LENGTH = 100_000;
const plain = prose(LENGTH);
/** Times the CPU of plain prose as long. The dearest seeds take about seven; what is quadratic takes hundreds. */
const DEARER = 40;
/** Twice the text takes twice the CPU where it is linear, four times where it is quadratic. */
const LONGER = 3;

async function expectLinear(seed: string, run: (text: string) => unknown): Promise<void> {
  const [text, twice] = [over(seed, LENGTH), over(seed, 2 * LENGTH)];
  const prosaic = (): unknown => run(plain);
  expect(await leastRatio(DEARER, () => run(text), prosaic), 'times as dear as prose').toBeLessThanOrEqual(DEARER);
  // What takes less than prose is not worth a look.
  expect(await leastRatio(LONGER, () => run(twice), () => run(text), prosaic), 'times as dear as half of it').toBeLessThanOrEqual(LONGER);
}

describe('100 kB that are meant to hurt, over and over', () => {
  const masker = maskerOf();
  const own = new Masker({
    kinds: [{ kind: 'EMAIL', mode: 'reversible' }, { kind: 'PERSON', mode: 'reversible' }],
    words: [{ name: 'WORD', words: ['a', 'a a', 'a a a', 'anna meyer'] }],
  });

  it.each(SEEDS)('%j: found in linear time', { timeout: 60_000 }, async (seed) => {
    await expectLinear(seed, (text) => masker.find(text));
  });

  it.each(SEEDS)('%j: masked and unmasked, as text and as JSON, in linear time', { timeout: 60_000 }, async (seed) => {
    await expectLinear(seed, async (text) => {
      const session = own.session();
      if (session.unmask(await session.mask(text)) !== text) throw new Error('It does not come back.');
      await own.session().maskJson(text);
    });
  });

  it('any short thing: found in linear time', { timeout: 240_000 }, async () => {
    const piece = fc.array(fc.oneof(fc.constantFrom(...SEEDS), fc.string({ maxLength: 3, unit: 'binary-ascii' })), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('') || 'x');
    await fc.assert(fc.asyncProperty(piece, (seed) => expectLinear(seed, (text) => masker.find(text))), { numRuns: 60 });
  });
});
