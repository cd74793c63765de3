import { z } from 'zod';
import { byteSize, duration } from './scalars.ts';

const hostAndPort = z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):[1-9]\d{0,4}$/, {
  error: 'expected host:port, such as images.example:8080',
});

/** Largest picture as base64 where the file says nothing and the body has room for it. Bytes after decoding. */
export const BASE64_DEFAULT = 8 * 1024 ** 2;

/** Base64 takes four letters for three bytes; the rest of the request needs some room too. */
export function base64Room(maxBodyBytes: number): number {
  return Math.max(1, Math.floor(((maxBodyBytes - 16 * 1024) * 3) / 4));
}

/** Pictures and sounds that callers send. */
export const media = z
  .strictObject({
    maxImageBytes: byteSize.prefault('20MiB').describe('Largest picture, uploaded or fetched. Bytes.'),
    maxAudioBytes: byteSize.prefault('25MiB').describe('Largest sound, uploaded or fetched. Bytes.'),
    maxBase64Bytes: byteSize
      .optional()
      .describe('Largest media inside a request as base64 or data URL. Bytes after decoding. The default is less where maxBodyBytes has no room for it.')
      .meta({ implied: '8MiB' }),
    maxPixels: z.int().min(10_000).max(500_000_000).default(100_000_000).describe('Most pixels (width times height) of a picture.'),
    uploadTtl: duration.prefault('1h').describe('How long an upload can be used.'),
    allowHttp: z.boolean().default(false).describe('Fetch from http:// addresses too.'),
    allowPrivateHosts: z.array(hostAndPort).default([]).describe('host:port of servers that may have a private address or an unusual port.'),
  })
  .transform(({ uploadTtl, ...rest }) => ({ ...rest, uploadTtlMs: uploadTtl }));
