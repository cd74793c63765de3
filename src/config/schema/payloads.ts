import { z } from 'zod';
import { duration } from './scalars.ts';

/** What is kept of prompts and answers. */
export const payloads = z.strictObject({
  store: z.boolean().default(false).describe('Keep prompts and answers, masked and encrypted. Needs KANON_SECRET.'),
  sample: z.number().min(0).max(1).default(1).describe('Of which share of the calls.'),
  retention: duration.prefault('30d').describe('How long.'),
});
