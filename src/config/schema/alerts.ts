import { z } from 'zod';
import { baseUrl, duration, nonEmpty } from './scalars.ts';

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, { error: 'the name of a rule begins with a letter and has only letters, digits, "-" and "_" (at most 64)' });
const over = duration.prefault('5m').describe('Over the last so long; at most 1h.');
const minCalls = z.int().min(1).max(1_000_000).default(20).describe('With fewer calls in that time it says nothing.');
const model = nonEmpty
  .max(128)
  .optional()
  .transform((value) => value ?? null)
  .describe('Only calls of this public model. Default: all.');

const rule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('errorRate'), name, above: z.number().positive().max(1).describe('Which share of the calls.'), over, minCalls, model }).describe('Calls that fail by a fault of a vendor or of this gateway.'),
  z.strictObject({ kind: z.literal('latency'), name, above: duration.describe('That one of twenty calls takes longer.'), over, minCalls, model }).describe('How long calls take.'),
  z.strictObject({ kind: z.literal('spend'), name, above: z.number().positive().max(1_000_000).describe('US dollars in the last hour; with times, at least so many.'), times: z.number().min(1.1).max(1_000).optional().describe('So many times of what the hours of the last day have cost on the average.') }).describe('What the last hour has cost.'),
  z.strictObject({ kind: z.literal('refusedKeys'), name, above: z.int().min(1).max(1_000_000).describe('So many.'), over }).describe('Callers that were not let in.'),
  z.strictObject({ kind: z.literal('budget'), name, at: z.number().positive().max(1).default(0.8).describe('Which share of it.') }).describe('A budget of an hour, a day or a month is used up to a share.'),
  z.strictObject({ kind: z.literal('breaker'), name, for: duration.prefault('30s').describe('For so long.') }).describe('A target is left alone because it keeps failing.'),
]);

const webhook = z.strictObject({
  url: baseUrl.describe('Where alerts are posted to.'),
  secret: nonEmpty.min(16).max(1_000).describe('What they are signed with; write it as a reference.'),
});

/** Who is told of what. */
export const alerts = z.strictObject({
  webhooks: z.array(webhook).max(10).default([]).describe('Who is told.'),
  rules: z.array(rule).max(100).default([]).describe('Of what.'),
  every: duration.prefault('10s').describe('How often the rules are looked at.'),
});
