import { z } from 'zod';
import { FILE_OPERATIONS } from '../operation.ts';
import { duration, modelName, nonEmpty, providerName } from './scalars.ts';

/** Defaults of a route; times in milliseconds. A shorter `totalMs` shortens the others. */
export const ROUTE_DEFAULTS = { retries: 2, firstTokenMs: 5000, idleMs: 10_000, totalMs: 120_000 } as const;

/** How long an ensemble waits for a member, in milliseconds: reading a large scan takes longer than a sentence. */
export const LATE_DEFAULTS = { sentiment: 10_000, vision: 30_000 } as const;

const usdPerMillion = z.number().min(0).max(1_000_000);

const price = z.strictObject({
  input: usdPerMillion.describe('USD per million input tokens.'),
  output: usdPerMillion.describe('USD per million output tokens.'),
  cachedInput: usdPerMillion
    .optional()
    .transform((value) => value ?? null)
    .describe("USD per million input tokens read from the vendor's cache. Default: as input."),
  cacheWrite: usdPerMillion
    .optional()
    .transform((value) => value ?? null)
    .describe("USD per million input tokens written to the vendor's cache. Default: as input."),
});

const tokens = z
  .int()
  .min(1)
  .max(100_000_000)
  .optional()
  .transform((value) => value ?? null);

export const target = z.strictObject({
  provider: providerName.describe('A name from providers.'),
  model: nonEmpty.max(256).describe("The vendor's name of the model."),
  price: price
    .optional()
    .transform((value) => value ?? null)
    .describe('Overrides the price list.'),
  contextWindow: tokens.describe('Most tokens of input and output together.'),
  maxOutputTokens: tokens.describe('Most tokens of an answer.'),
});

export const route = z
  .strictObject({
    strategy: z.enum(['priority']).default('priority').describe('priority: the targets in their order, the next when one fails.'),
    retries: z.int().min(0).max(5).default(ROUTE_DEFAULTS.retries).describe('How often one target is asked again after a failure that may pass.'),
    firstTokenMs: duration.optional().describe('Until the first token of the answer; chat only.').meta({ implied: ROUTE_DEFAULTS.firstTokenMs }),
    idleMs: duration.optional().describe('Between two events of a stream; chat only.').meta({ implied: ROUTE_DEFAULTS.idleMs }),
    totalMs: duration.optional().describe('For the whole call, all attempts together.').meta({ implied: ROUTE_DEFAULTS.totalMs }),
  })
  .superRefine(({ firstTokenMs = 0, idleMs = 0, totalMs = ROUTE_DEFAULTS.totalMs }, context) => {
    if (firstTokenMs > totalMs) context.addIssue(neverRunsOut('firstTokenMs', totalMs));
    if (idleMs > totalMs) context.addIssue(neverRunsOut('idleMs', totalMs));
  });

export const member = target.extend({
  weight: z.number().positive().max(1000).default(1).describe("How much this member's answer counts beside the others."),
});

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

function neverRunsOut(key: string, totalMs: number): { code: 'custom'; path: string[]; message: string } {
  return { code: 'custom', path: [key], message: `is longer than totalMs (${totalMs} ms), and could never run out` };
}

export const model = z
  .strictObject({
    operation: z.enum(FILE_OPERATIONS).describe('What the model does.'),
    description: z.string().max(1000).optional().describe('Shown to callers.'),
    route: route.optional().describe('How a target is chosen, and how long it may take. Only with targets.'),
    targets: z.array(target).min(1).max(64).optional().describe('Where the model runs, best first.'),
    ensemble: ensemble.optional().describe('Ask several and merge their answers; sentiment and vision only.'),
  })
  .meta({ oneOf: [{ required: ['targets'] }, { required: ['ensemble'] }] });

/** Public models by name. The first of an operation answers requests that name none. */
export const models = z.record(modelName, model);
