import { afterAll, beforeAll, expect, test } from 'vitest';
import { FourBranches } from '../harness/branches.ts';
import { FUZZED, fuzz, heldBytes } from '../harness/fuzz.ts';

const MIB = 1_024 * 1_024;
let four: FourBranches;
beforeAll(async () => {
  four = await FourBranches.start({ policies: FUZZED });
});
afterAll(() => four[Symbol.asyncDispose]());

test('3,000 random and mutated requests: no fault, no 5xx without a code, no growth', async () => {
  await fuzz(four.gateway, 1_000, 1);
  four.reset();
  const before = await heldBytes();
  const { outcomes, faults } = await fuzz(four.gateway, 2_000, 2);
  expect(faults.slice(0, 5)).toEqual([]);
  // It was no wall that they met: some were executed, some refused.
  expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['200', '400', 'socket 1005', 'socket message next', 'socket message error']));
  four.reset();
  expect((await heldBytes()) - before).toBeLessThan(24 * MIB);
  expect((await four.gateway.query('{ viewer { app } }')).data).toEqual({ viewer: { app: 'admin' } });
}, 120_000);
