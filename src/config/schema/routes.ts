import { z } from 'zod';
import { duration } from './scalars.ts';

/** Defaults of a route; times in milliseconds. A shorter `totalMs` shortens the others. */
export const ROUTE_DEFAULTS = { retries: 2, retryShare: 0.5, firstTokenMs: 5000, idleMs: 10_000, totalMs: 120_000 } as const;

export const STRATEGIES = ['priority', 'weighted', 'fastest', 'cheapest', 'leastBusy', 'race'] as const;

const breaker = z
  .strictObject({
    failures: z.int().min(1).max(20).default(5).describe('So many of the last 20 attempts must have failed.'),
    share: z.number().positive().max(1).default(0.7).describe('And so large a share of them.'),
    openMs: duration.prefault('5s').describe('How long the target is left alone at first; each probe that fails doubles it.'),
    maxOpenMs: duration.prefault('20s').describe('The longest that it is left alone.'),
  })
  .superRefine(({ openMs, maxOpenMs }, context) => {
    if (openMs > maxOpenMs) context.addIssue({ code: 'custom', path: ['openMs'], message: `is longer than maxOpenMs (${maxOpenMs} ms)` });
  });

const sticky = z
  .string()
  .regex(/^(principal|none|metadata\..{1,256})$/, { error: 'expected principal, none or metadata. and a key, such as metadata.conversation' })
  .default('principal')
  .describe('Whose calls stay at one target by the strategy weighted: a principal, the same value of metadata.KEY, or none.');

export const route = z
  .strictObject({
    strategy: z.enum(STRATEGIES).default('priority').describe('In which order the targets are asked.'),
    sticky,
    hedge: z
      .strictObject({ afterMs: duration.describe('How long the first may be silent.') })
      .optional()
      .transform((value) => value ?? null)
      .describe('Ask a second target beside a first that is late; the first to answer wins.'),
    retries: z.int().min(0).max(5).default(ROUTE_DEFAULTS.retries).describe('How often one target is asked again after a failure that may pass.'),
    retryShare: z.number().min(0).max(5).default(ROUTE_DEFAULTS.retryShare).describe('Most retries a call at one target, on the average over its calls.'),
    firstTokenMs: duration.optional().describe('Until the first token of the answer; chat only.').meta({ implied: ROUTE_DEFAULTS.firstTokenMs }),
    idleMs: duration.optional().describe('Between two events of a stream; chat only.').meta({ implied: ROUTE_DEFAULTS.idleMs }),
    totalMs: duration.optional().describe('For the whole call, all attempts together.').meta({ implied: ROUTE_DEFAULTS.totalMs }),
    rescue: z.enum(['splice', 'continue', 'off']).default('splice').describe('What becomes of a stream that breaks off; chat only.'),
    askInPieces: z.enum(['auto', 'always', 'never']).default('auto').describe('Whether whole answers are asked for in pieces too, so that a silent target is noticed; chat only.'),
    breaker: breaker.prefault({}).describe('When a target that fails is left alone.'),
  })
  .superRefine(({ firstTokenMs = 0, idleMs = 0, totalMs = ROUTE_DEFAULTS.totalMs }, context) => {
    if (firstTokenMs > totalMs) context.addIssue(neverRunsOut('firstTokenMs', totalMs));
    if (idleMs > totalMs) context.addIssue(neverRunsOut('idleMs', totalMs));
  });

/** Keys that mean nothing where an answer comes whole. */
export const CHAT_ONLY: readonly string[] = ['firstTokenMs', 'idleMs', 'rescue', 'askInPieces'];

export function neverRunsOut(key: string, totalMs: number): { code: 'custom'; path: string[]; message: string } {
  return { code: 'custom', path: [key], message: `is longer than totalMs (${totalMs} ms), and could never run out` };
}
