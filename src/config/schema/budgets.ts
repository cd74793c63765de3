import { z } from 'zod';
import { nonEmpty } from './scalars.ts';

const amounts = {
  usd: z.number().positive().max(1_000_000_000).optional().describe('US dollars.'),
  tokens: z.int().min(1).max(1_000_000_000_000).optional().describe('Tokens, input and output together.'),
  requests: z.int().min(1).max(1_000_000_000).optional().describe('Calls.'),
};

const per = z.enum(['minute', 'hour', 'day', 'month']);
const window = z.enum(['calendar', 'sliding']).default('calendar').describe('calendar begins anew with each period, in UTC; sliding counts the last so long.');
const soft = z.boolean().default(false).describe('Only warns.');

const ONE_AMOUNT = { error: 'expected one of usd, tokens and requests' };

/** How much whoever a policy holds for may use. */
const budget = z
  .strictObject({
    ...amounts,
    per: per.describe('The period.'),
    scope: z.enum(['key', 'app', 'user', 'team']).default('key').describe('Who has it for himself: each key, or all keys of an app, user or team together.'),
    window,
    soft,
  })
  .refine((value) => givenOf(value.usd, value.tokens, value.requests) === 1, ONE_AMOUNT);

const limit = z
  .int()
  .min(1)
  .max(1_000_000_000)
  .optional()
  .transform((value) => value ?? null);

const limits = z.strictObject({
  requestsPerMinute: limit.describe('Calls of a key in any 60 seconds.'),
  tokensPerMinute: limit.describe('Tokens of a key in any 60 seconds.'),
  concurrent: limit.describe('Calls of a key that are under way at once.'),
});

/** What a policy says of use. */
export const policyBudget = {
  budget: z
    .union([budget, z.array(budget).max(20)], { error: 'expected a budget such as { usd: 5, per: day }, or a list of them' })
    .default([])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .describe('How much may be used in a time.'),
  limits: limits.prefault({}).describe('How much may be used at once.'),
  budgetFail: z.enum(['closed', 'open']).default('closed').describe('When budgets and limits cannot be looked up: refuse calls, or let them pass with a warning.'),
};

/** A budget that holds whatever the policy is. */
const wideBudget = z
  .strictObject({
    scope: z.enum(['app', 'user', 'team', 'model']).describe('What it counts.'),
    name: nonEmpty
      .max(256)
      .optional()
      .transform((value) => value ?? null)
      .describe('Only the one of that name. Without it: each has one of its own.'),
    ...amounts,
    concurrent: z.int().min(1).max(1_000_000).optional().describe('Calls under way at once.'),
    per: per.optional().describe('The period. Not with concurrent.'),
    window,
    soft,
  })
  .refine((value) => givenOf(value.usd, value.tokens, value.requests, value.concurrent) === 1, { error: 'expected one of usd, tokens, requests and concurrent' })
  .refine((value) => (value.concurrent === undefined) === (value.per !== undefined), { error: 'usd, tokens and requests need per; concurrent goes without' });

export const budgets = z.array(wideBudget).max(1_000);

function givenOf(...values: unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}
