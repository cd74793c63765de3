import { z } from 'zod';
import { isNetwork } from '../../policy/principals/networks.ts';

const DURATION_UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIZE_UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

const DURATION_HELP = 'expected a duration: milliseconds as a number, or a number with ms, s, m, h or d, such as 5s';
const SIZE_HELP = 'expected a size: bytes as a number, or a number with B, KiB, MiB or GiB, such as 20MiB';

/** Milliseconds as a number, or a whole number with a unit: `250ms`, `5s`, `10m`, `1h`, `90d`. Becomes milliseconds. */
export const duration = z
  .union([z.int().min(1).max(366 * DURATION_UNITS.d), z.string().regex(/^[1-9]\d{0,9}(ms|s|m|h|d)?$/, { error: DURATION_HELP })], {
    error: DURATION_HELP,
  })
  .transform((value) => (typeof value === 'number' ? value : quantity(value, DURATION_UNITS)))
  .refine((ms) => ms <= 366 * DURATION_UNITS.d, { error: 'is longer than 366 days' });

/** Bytes as a number, or a whole number with a unit: `512KiB`, `20MiB`. Becomes bytes. */
export const byteSize = z
  .union([z.int().min(1).max(SIZE_UNITS.GiB), z.string().regex(/^[1-9]\d{0,9}(B|KiB|MiB|GiB)?$/, { error: SIZE_HELP })], {
    error: SIZE_HELP,
  })
  .transform((value) => (typeof value === 'number' ? value : quantity(value, SIZE_UNITS)))
  .refine((bytes) => bytes <= SIZE_UNITS.GiB, { error: 'is larger than 1 GiB' });

/** A base address, `http` or `https`. Loses slashes at its end. */
export const baseUrl = z
  .url({ protocol: /^https?$/, error: 'expected a URL that begins with https:// or http://' })
  .refine((url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''), {
    error: 'a URL must hold no user name or password; put the secret into apiKey or headers',
  })
  .transform((url) => url.replace(/\/+$/, ''));

/** The name of a provider. */
export const providerName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
  error: 'a provider name begins with a letter and has only letters, digits, "-" and "_" (at most 64)',
});

/**
 * The public name of a model. It may look like a vendor's (`openai/gpt-5`), for programs that cannot be changed.
 * A name of digits alone would lose its place in the order.
 */
export const modelName = z.string().regex(/^(?!\d+$)[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/, {
  error: 'a model name begins with a letter or digit, has only letters, digits and ". _ : / -" (at most 128), and is no mere number',
});

export const nonEmpty = z.string().min(1);

/** A string that may be absent, and is null then. */
export const optionalText = nonEmpty.optional().transform((value) => value ?? null);

/** An address or a network in CIDR notation (RFC 4632): `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. */
export const network = z.string().refine(isNetwork, {
  error: 'expected an address or a network such as 10.0.0.0/8',
});

function quantity(text: string, units: Readonly<Record<string, number>>): number {
  const digits = Number.parseInt(text, 10);
  return digits * (units[text.slice(String(digits).length)] ?? 1);
}
