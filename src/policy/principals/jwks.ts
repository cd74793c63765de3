import { readFile, stat } from 'node:fs/promises';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { jose } from './jose.ts';

const FETCH_MS = 5_000;
/** Keys are fetched again after so long, and between two fetches for keys that are not known. Milliseconds. */
const KEEP_MS = 600_000;
const COOLDOWN_MS = 10_000;
/** Milliseconds between two looks at a file. */
const LOOK_MS = 1_000;

/** The public keys of an issuer, from a URL or a file; kept in memory, and read again when they have changed. */
export function keySet(source: string): JWTVerifyGetKey {
  if (!/^https?:\/\//.test(source)) return fileKeySet(source);
  return jose().createRemoteJWKSet(new URL(source), { timeoutDuration: FETCH_MS, cacheMaxAge: KEEP_MS, cooldownDuration: COOLDOWN_MS });
}

function fileKeySet(path: string): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | null = null;
  let readAt = '';
  let lookedAt = -Infinity;
  return async (header, token) => {
    if (performance.now() - lookedAt > LOOK_MS) {
      lookedAt = performance.now();
      const { mtimeMs, size } = await stat(path);
      const version = `${mtimeMs} ${size}`;
      if (version !== readAt) {
        const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
        if (!isKeySet(parsed)) throw invalid('The file is no JSON Web Key Set.');
        keys = jose().createLocalJWKSet(parsed);
        readAt = version;
      }
    }
    if (keys === null) throw invalid('The keys of the issuer cannot be read.');
    return keys(header, token);
  };
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
}

function invalid(message: string): Error {
  return new (jose().errors.JWKSInvalid)(message);
}
