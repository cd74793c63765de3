import { z } from 'zod';

/** What is told about the gateway's work. */
export const telemetry = z.strictObject({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('The least important log line that is written.'),
});
