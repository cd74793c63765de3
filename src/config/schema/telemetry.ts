import { z } from 'zod';
import { baseUrl, nonEmpty } from './scalars.ts';

const otlp = z.strictObject({
  endpoint: baseUrl.describe('Address of the collector; /v1/traces is added.'),
  headers: z.record(nonEmpty.max(100), nonEmpty.max(4_000)).default({}).describe('Headers for the collector, such as a key.'),
  serviceName: nonEmpty.max(200).default('kanon').describe('What the traces call this gateway.'),
  sample: z.number().min(0).max(1).default(1).describe('Which share of the traces that begin here is sent; those of callers are when they say so.'),
});

/** What is told about the gateway's work. */
export const telemetry = z.strictObject({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('The least important log line that is written.'),
  otlp: otlp
    .optional()
    .transform((value) => value ?? null)
    .describe('Sends traces to an OpenTelemetry collector.'),
});
