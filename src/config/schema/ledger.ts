import { z } from 'zod';
import { duration } from './scalars.ts';

/** The record of calls. */
export const ledger = z.strictObject({
  keepCalls: duration
    .optional()
    .transform((value) => value ?? null)
    .describe('How long calls are kept. Without it: for ever. Sums of usage always stay.'),
});
