import { z } from 'zod';
import { FILE_OPERATIONS } from '../operation.ts';
import { neverRunsOut, route, ROUTE_DEFAULTS } from './routes.ts';
import { byteSize, duration, modelName } from './scalars.ts';
import { member, target } from './targets.ts';

/** How long an ensemble waits for a member, in milliseconds: reading a large scan takes longer than a sentence. */
export const LATE_DEFAULTS = { sentiment: 10_000, vision: 30_000 } as const;

const ensemble = z
  .strictObject({
    of: z.array(member).min(1).max(16).describe('The members; all are asked at once.'),
    merge: z.enum(['weighted']).default('weighted').describe('weighted: by weight and confidence.'),
    lateMs: duration
      .optional()
      .describe('A member that has not answered by then is left out with a warning, once another has. Default: 10s for sentiment, 30s for vision.'),
    totalMs: duration.optional().describe('For the whole call.').meta({ implied: ROUTE_DEFAULTS.totalMs }),
  })
  .superRefine(({ lateMs = 0, totalMs = ROUTE_DEFAULTS.totalMs }, context) => {
    if (lateMs > totalMs) context.addIssue(neverRunsOut('lateMs', totalMs));
  });

const SECOND = 1_000;
const DAY = 86_400_000;

const cache = z.strictObject({
  ttl: duration.refine((ms) => ms >= SECOND && ms <= 7 * DAY, { error: 'expected a duration from 1s to 7d' }).describe('For how long an answer is given again.'),
  maxEntryBytes: byteSize.prefault('256KiB').describe('A longer answer is not kept. Bytes.'),
});

export const model = z
  .strictObject({
    operation: z.enum(FILE_OPERATIONS).describe('What the model does.'),
    description: z.string().max(1000).optional().describe('Shown to callers.'),
    route: route.optional().describe('How a target is chosen, and how long it may take. Only with targets.'),
    targets: z.array(target).min(1).max(64).optional().describe('Where the model runs, best first.'),
    cache: cache.optional().describe('Give the same answer to the same request of an app again, without asking. Absent: ask every time.'),
    ensemble: ensemble.optional().describe('Ask several and merge their answers; sentiment and vision only.'),
  })
  .meta({ oneOf: [{ required: ['targets'] }, { required: ['ensemble'] }] });

/** Public models by name. The first of an operation answers requests that name none. */
export const models = z.record(modelName, model);
