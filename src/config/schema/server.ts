import { z } from 'zod';
import { byteSize, duration, network, nonEmpty } from './scalars.ts';

const origin = z.union(
  [z.literal('*'), z.string().regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/), z.string().regex(/^https?:\/\/\[[0-9a-f:]+\](:\d{1,5})?$/)],
  { error: 'expected an origin such as https://shop.example (no path), or "*"' },
);

const limits = z.strictObject({
  maxBodyBytes: byteSize.prefault('12MiB').describe('Largest body of a request, uploads excepted. Bytes.'),
  maxDepth: z.int().min(2).max(1000).default(20).describe('Deepest nesting of fields in a GraphQL operation.'),
  maxAliases: z.int().min(0).max(10_000).default(30).describe('Most aliases in a GraphQL document.'),
  maxTokens: z.int().min(100).max(1_000_000).default(2000).describe('Most tokens (names, brackets, strings) in a GraphQL document.'),
  maxRootFields: z.int().min(1).max(10_000).default(20).describe('Most fields at the root of a GraphQL operation.'),
  maxCost: z.int().min(1).max(1_000_000_000).default(20_000).describe('Most that an operation may cost by the estimate of @cost and @listSize.'),
  maxSubscriptionsPerSocket: z.int().min(1).max(10_000).default(100).describe('Most subscriptions at once on one WebSocket.'),
  maxSubscriptionsPerKey: z.int().min(1).max(1_000_000).default(1_000).describe('Most subscriptions at once of one key.'),
});

/** Whether documents come as text, or by the ids of registered ones. */
export const trustMode = z.enum(['off', 'prefer', 'only']);

/** What the transports let in. */
export const server = z.strictObject({
  cors: z
    .strictObject({
      origins: z.array(origin).default([]).describe('Origins whose pages may call. Empty: none.'),
    })
    .prefault({})
    .describe('Cross-origin requests of browsers.'),
  limits: limits.prefault({}).describe('Bounds of a request.'),
  cache: z
    .strictObject({
      maxBytes: byteSize.prefault('64MiB').describe('Kept answers of all models together, in memory. The ones that were not asked for the longest go first. Bytes.'),
      maxEntries: z.int().min(1).max(1_000_000).default(10_000).describe('Most kept answers in memory.'),
    })
    .prefault({})
    .describe('Bounds of the answers that models with a `cache` keep.'),
  introspection: z.enum(['admin', 'keys']).default('admin').describe('Who may read the schema: keys with the scope introspection or *, or all.'),
  sockets: z
    .strictObject({
      idle: duration.prefault('15m').describe('How long a WebSocket may stay open without an operation.'),
      maxAge: duration.prefault('24h').describe('How long a WebSocket may stay open at all.'),
    })
    .prefault({})
    .describe('WebSockets.'),
  tls: z
    .strictObject({
      cert: nonEmpty.describe('Path of the certificate, PEM, with those that lead to its root.'),
      key: nonEmpty.describe('Path of its key, PEM.'),
    })
    .nullish()
    .transform((value) => value ?? null)
    .describe('Serve by TLS. Without it: plain HTTP.'),
  trustedDocuments: trustMode.default('off').describe('Registered documents by their ids: not at all, too, or nothing else.'),
  trustedProxies: z.array(network).max(1000).default([]).describe('Networks of proxies whose x-forwarded-for is believed.'),
});
