import { z } from 'zod';
import { WEEKDAYS } from '../weekdays.ts';
import { nonEmpty } from './scalars.ts';

const names = z.array(nonEmpty.max(256)).min(1).max(256).optional().transform((value) => value ?? null);

const tokenBound = z.int().min(0).max(100_000_000);

const CLOCK_HELP = 'expected a time of day such as "08:30"';
const clock = z
  .string({ error: CLOCK_HELP })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: CLOCK_HELP })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const zone = nonEmpty.refine(isZone, { error: 'expected a time zone of the IANA list such as Europe/Berlin' });

const hours = z.strictObject({
  from: clock.describe('When it begins, such as "08:00".'),
  to: clock.describe('When it is over; at or before `from`, on the next day.'),
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional().transform((value) => value ?? null).describe('Days on which it begins. Default: all.'),
  zone: zone.default('UTC').describe('Time zone, such as Europe/Berlin.'),
});

/** For which requests a target is; all that is given must hold. */
export const when = z.strictObject({
  inputTokens: z
    .strictObject({
      min: tokenBound.default(0).describe('At least so many.'),
      max: tokenBound.optional().transform((value) => value ?? Infinity).describe('At most so many. Default: no bound.'),
    })
    .optional()
    .transform((value) => value ?? null)
    .describe('Estimated tokens of the request.'),
  images: z.boolean().optional().transform((value) => value ?? null).describe('true: only requests with pictures; false: only those without.'),
  languages: z
    .array(z.string().regex(/^[a-z]{2}$/, { error: 'expected an ISO 639-1 code such as de' }))
    .min(1)
    .max(64)
    .optional()
    .transform((value) => value ?? null)
    .describe('Languages that people wrote in, as ISO 639-1 codes.'),
  metadata: z
    .record(nonEmpty.max(256), z.array(z.union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number, true or false' })).min(1).max(256))
    .optional()
    .transform((value) => (value === undefined ? null : Object.fromEntries(Object.entries(value).map(([key, values]) => [key, values.map(String)]))))
    .describe("Of each key of the request's metadata one of these values."),
  apps: names.describe('Of these apps.'),
  users: names.describe('Of these users.'),
  teams: names.describe('Of these teams.'),
  hours: hours.optional().transform((value) => value ?? null).describe('At these times of day.'),
});

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
