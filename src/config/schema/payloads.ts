import { z } from 'zod';
import { byteSize, duration } from './scalars.ts';

/** Most bytes of pictures of one call: as many as one answer shows. */
const MOST_PICTURE_BYTES = 16 * 1024 ** 2;

const NEEDS_STORE = 'is kept with prompts and answers: set store to true, or leave it out';

/** What is kept of prompts and answers. */
export const payloads = z
  .strictObject({
    store: z.boolean().default(false).describe('Keep prompts and answers, masked and encrypted. Needs KANON_SECRET.'),
    sample: z.number().min(0).max(1).default(1).describe('Of which share of the calls.'),
    retention: duration.prefault('30d').describe('How long.'),
    originals: z.boolean().default(false).describe('Keep them also with the private values that come back in answers, encrypted, for the scope originals.'),
    pictures: z.boolean().default(false).describe('Keep pictures as they left for vendors, encrypted, for the scope audit.'),
    maxPictureBytes: byteSize
      .prefault('8MiB')
      .refine((bytes) => bytes <= MOST_PICTURE_BYTES, { error: 'is larger than 16 MiB' })
      .describe('Most bytes of pictures of one call. Of what goes beyond only the size is kept.'),
  })
  .refine(({ store, originals }) => store || !originals, { error: NEEDS_STORE, path: ['originals'] })
  .refine(({ store, pictures }) => store || !pictures, { error: NEEDS_STORE, path: ['pictures'] });
