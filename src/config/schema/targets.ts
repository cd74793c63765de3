import { z } from 'zod';
import { nonEmpty, optionalText, providerName } from './scalars.ts';
import { when } from './when.ts';

const usdPerMillion = z.number().min(0).max(1_000_000);

const otherwise = usdPerMillion.optional().transform((value) => value ?? null);

const rates = {
  input: usdPerMillion.describe('USD per million input tokens.'),
  output: usdPerMillion.describe('USD per million output tokens.'),
  cachedInput: otherwise.describe("USD per million input tokens read from the vendor's cache. Default: as input."),
  cacheWrite: otherwise.describe("USD per million input tokens written to the vendor's cache. Default: as input."),
  audioInput: otherwise.describe('USD per million input tokens of sounds. Default: as input.'),
  audioOutput: otherwise.describe('USD per million output tokens of sounds. Default: as output.'),
  imageInput: otherwise.describe('USD per million input tokens of pictures, where the vendor counts them apart. Default: as input.'),
};

const priceOfOneTier = {
  ...rates,
  longContext: z
    .array(z.strictObject({ above: z.int().min(1).max(100_000_000).describe('Input tokens from which on it holds, for all tokens of the call.'), ...rates }))
    .max(10)
    .default([])
    .describe('Other prices for long requests.'),
};

const price = z.strictObject({
  ...priceOfOneTier,
  serviceTiers: z
    .record(nonEmpty.max(64), z.strictObject(priceOfOneTier))
    .default({})
    .describe("Prices of the vendor's other service tiers, such as flex, batch or priority, by its word for them. One that has none: the cost is not known."),
});

const tokens = z
  .int()
  .min(1)
  .max(100_000_000)
  .optional()
  .transform((value) => value ?? null);

const limits = z.strictObject({
  concurrency: z.int().min(1).max(100_000).describe('Requests to the target at once.'),
  queue: z.int().min(0).max(100_000).default(100).describe('Calls that may wait for their turn; whoever comes then goes to another target or is refused.'),
});

const place = {
  provider: providerName.describe('A name from providers.'),
  model: nonEmpty.max(256).describe("The vendor's name of the model."),
  price: price
    .optional()
    .transform((value) => value ?? null)
    .describe('Overrides the price list.'),
  serviceTier: nonEmpty
    .max(64)
    .optional()
    .transform((value) => value ?? null)
    .describe("The vendor's service tier that chat is asked for, such as flex or priority, where the caller asks for none."),
  toolPrices: z
    .record(nonEmpty.max(64), z.number().min(0).max(1_000))
    .optional()
    .transform((value) => value ?? null)
    .describe("USD for each use of a tool of the vendor's own, such as web_search. Without it, the cost of calls that use one is unknown."),
  contextWindow: tokens.describe('Most tokens of input and output together.'),
  maxOutputTokens: tokens.describe('Most tokens of an answer.'),
  region: optionalText.describe('Where it runs, in your own words, such as eu.'),
  limits: limits
    .optional()
    .transform((value) => value ?? null)
    .describe('How much the target gets at once. Default: no limit.'),
};

const weight = z.number().positive().max(1000).default(1);

/** A target of a route. */
export const target = z.strictObject({
  ...place,
  weight: weight.describe('Its share of the calls by the strategy weighted, and how much it takes by leastBusy.'),
  prefill: z.boolean().default(false).describe('It goes on with an answer that it is given as begun: by a last message of the assistant, or by rescue: continue. Anthropic models are given the first kind in any case.'),
  onRefusal: z.boolean().default(false).describe('Asked only when another target has refused the content.'),
  when: when
    .optional()
    .transform((value) => value ?? null)
    .describe('For which requests the target is. Default: all.'),
});

/** A member of an ensemble. */
export const member = z.strictObject({ ...place, weight: weight.describe("How much this member's answer counts beside the others.") });
