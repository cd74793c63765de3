import { z } from 'zod';
import { policyBudget } from './budgets.ts';
import { guardrail } from './guardrails.ts';
import { payloads } from './payloads.ts';
import { modelName, nonEmpty } from './scalars.ts';
import { trustMode } from './server.ts';

export const MASK_MODES = ['reversible', 'redact', 'hash'] as const;

/** What a policy has that does not say otherwise, and so `default` where the file has none. */
export const POLICY_DEFAULTS = {
  scopes: ['chat', 'sentiment', 'vision', 'embed'],
  mask: ['EMAIL', 'CARD', 'IBAN'],
} as const;

const scope = z.string().regex(/^(\*|[A-Za-z][A-Za-z0-9_.:-]{0,63})$/, {
  error: 'a scope begins with a letter and has only letters, digits and "_ . : -" (at most 64), or is "*" for all',
});

const mode = z.enum(MASK_MODES).default('reversible').describe('reversible comes back in the answer; redact and hash never do.');

/** What the kinds are called and whether patterns can be used, the check of the whole file tells: it knows the detectors. */
const masked = z.union(
  [
    nonEmpty.max(64),
    z.strictObject({
      kind: nonEmpty.max(64).optional().describe('A built-in kind.'),
      name: nonEmpty.max(64).optional().describe('The name of a kind of your own: capitals, digits and "_".'),
      pattern: nonEmpty.max(1000).optional().describe('What it looks like: a regular expression in RE2 syntax.'),
      words: z.array(nonEmpty.max(200)).min(1).max(20_000).optional().describe('Whole words or phrases, in any case.'),
      mode,
    }),
  ],
  { error: 'expected the name of a kind, or a map' },
);

/** What a principal may do, how much, and what happens to its content. */
export const policy = z.strictObject({
  scopes: z.array(scope).min(1).max(100).default([...POLICY_DEFAULTS.scopes]).describe('The most that a key of this policy may do: operations, or scopes of your own. "*": all.'),
  models: z
    .array(modelName)
    .min(1)
    .max(1000)
    .nullish()
    .transform((value) => value ?? null)
    .describe('The models that may be asked. Without it: all.'),
  regions: z
    .array(nonEmpty.max(64))
    .min(1)
    .max(64)
    .nullish()
    .transform((value) => value ?? null)
    .describe('Regions of targets that data of this policy may go to. Without it: all.'),
  mask: z.array(masked).max(100).default([...POLICY_DEFAULTS.mask]).describe('What is masked before a text leaves this machine. []: nothing.'),
  maskImages: z.boolean().default(true).describe('Paint over the same in pictures before they leave. Only where something is masked.'),
  maskDocuments: z.boolean().default(true).describe('Refuse PDFs, which nobody here can look into. false: they are sent as they are. Only where something is masked.'),
  guardrails: z.array(guardrail).max(100).default([]).describe('Rules on the content of calls, in the order in which they judge.'),
  maskFail: z.enum(['closed', 'open']).default('closed').describe('When something cannot be masked: refuse the call, or send it as it is with a warning.'),
  vendorTools: z
    .union([z.boolean(), z.array(nonEmpty.max(64)).max(100)], { error: 'expected true, false, or a list of names' })
    .default(false)
    .describe("Tools of the vendors' own that may be used, such as web_search: they send what they are asked on to others. true: all."),
  anthropicBetas: z.array(nonEmpty.max(64)).max(100).default([]).describe("Betas of Anthropic's API that callers may ask for by the header anthropic-beta."),
  ...policyBudget,
  trustedDocuments: trustMode.nullish().transform((value) => value ?? null).describe('As server.trustedDocuments, for this policy.'),
  payloads: payloads.prefault({}).describe('What is kept of prompts and answers.'),
});

/** Policies by name. `default` is that of keys without one of their own. */
export const policies = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, { error: 'a policy name begins with a letter and has only letters, digits, "-" and "_" (at most 64)' }),
  policy,
);
