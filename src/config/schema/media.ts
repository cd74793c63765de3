import { z } from 'zod';
import { byteSize, duration } from './scalars.ts';

const host = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^\[?[0-9A-Fa-f:]+\]?$/, {
  error: 'expected a host name or address without scheme, port or path',
});

/** Pictures and sound that callers send. */
export const media = z
  .strictObject({
    maxImageBytes: byteSize.prefault('20MiB').describe('Largest picture, uploaded or fetched. Bytes.'),
    maxBase64Bytes: byteSize.prefault('4MiB').describe('Largest picture inside a request as base64, decoded. Bytes.'),
    maxPixels: z.int().min(10_000).max(500_000_000).default(50_000_000).describe('Most pixels (width times height).'),
    uploadTtl: duration.prefault('1h').describe('How long an upload can be used.'),
    allowHttp: z.boolean().default(false).describe('Fetch pictures from http:// addresses too.'),
    allowHosts: z.array(host).default([]).describe('Hosts that may be fetched from although their address is private.'),
  })
  .transform(({ uploadTtl, ...rest }) => ({ ...rest, uploadTtlMs: uploadTtl }));
