import { z } from 'zod';
import { baseUrl, duration, optionalText, providerName } from './scalars.ts';

const CONNECTION_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'keep-alive']);

/** More headers of requests to a server of the operator's choice. */
export const headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: 'is no header name' })
      .refine((name) => !CONNECTION_HEADERS.has(name.toLowerCase()), { error: 'is set by the connection itself' }),
    z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'a header value is one line of Latin-1 text' }),
  )
  .default({});

const secret = z.string().regex(/^[\x21-\x7e]+$/, { error: 'a key is one word of ASCII letters, without blanks and line breaks' });
const apiKey = secret
  .optional()
  .transform((value) => value ?? null)
  .describe('The secret. Write it as ${NAME}; without that variable the provider is left out.');
const apiKeys = z
  .array(secret)
  .min(1)
  .max(64)
  .optional()
  .transform((value) => value ?? null)
  .describe('Several secrets in place of apiKey: the next takes over where one is refused or over its limit.');
const connectMs = duration.prefault('3s').describe('Until a connection is made; a target that is longer about it is not asked again.');
const address = baseUrl.optional().transform((value) => value ?? null);

const openai = z.strictObject({
  kind: z.literal('openai'),
  apiKey,
  apiKeys,
  connectMs,
  baseUrl: address.describe('Address with the version path, such as http://127.0.0.1:11434/v1. Default: the vendor.'),
  organization: optionalText.describe("The vendor's organization id."),
  project: optionalText.describe("The vendor's project id."),
  headers: headers.describe('More headers on every request to this provider.'),
  azure: z
    .strictObject({
      apiVersion: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/, { error: 'expected a date such as 2024-10-21' })
        .default('2024-10-21')
        .describe("Azure's api-version."),
    })
    .optional()
    .transform((value) => value ?? null)
    .describe("Speak Azure's dialect: baseUrl is the resource endpoint, a target's model the deployment."),
});

const anthropic = z.strictObject({
  kind: z.literal('anthropic'),
  apiKey,
  apiKeys,
  connectMs,
  baseUrl: address.describe('Address without the version path. Default: the vendor.'),
  headers: headers.describe('More headers on every request to this provider.'),
});

const local = z.strictObject({
  kind: z.literal('local'),
});

export const provider = z.discriminatedUnion('kind', [openai, anthropic, local]);

/** Vendors and runtimes by the name that targets use. */
export const providers = z.record(providerName, provider);

/** What a provider's map may show; anything else could be a secret, under a mistyped key as well. */
const SHOWN_KEYS = new Set<unknown>(['kind', 'baseUrl', 'connectMs', 'organization', 'project', 'azure']);

/**
 * True where a provider's secrets stand. An unset variable there leaves the provider out, and what the file has
 * there is never shown.
 */
export function isSecret(path: readonly (string | number)[]): boolean {
  return path[0] === 'providers' && path.length > 2 && !SHOWN_KEYS.has(path[2]);
}
