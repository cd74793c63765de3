import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KanonError } from '../canonical/errors.ts';

/** Fewest characters of KANON_SECRET. */
const SHORTEST = 16;

/** A key derived from a secret for one purpose, with a name that tells it from others and gives nothing away. */
export interface DerivedKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

export interface Secrets {
  /** Keys of the HMAC over API keys; new ones are made with the first. */
  peppers: DerivedKey[];
  /** Keys that wrap the data keys of payloads, from KANON_SECRET alone; empty without it. */
  wrapping: DerivedKey[];
  /** Key of the hashes that stand for masked values. */
  hashing: DerivedKey;
}

/**
 * Derives the keys from KANON_SECRET: `new,old` while a secret is being replaced. Without it a secret of its own is
 * made in the data folder, for the HMAC only: a key that lies beside the data would encrypt nothing.
 * @throws KanonError when a secret is too short
 */
export function loadSecrets(dataDir: string, secret: string | undefined): Secrets {
  const given = (secret ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  for (const part of given) {
    if (part.length < SHORTEST) {
      throw new KanonError('INTERNAL', `KANON_SECRET is too short: at least ${SHORTEST} random characters, as of \`openssl rand -base64 32\`.`);
    }
  }
  const kept = keptSecret(dataDir, given.length === 0);
  const all = kept === null ? given : [...given, kept];
  return {
    peppers: all.map((part) => derive(part, 'api keys')),
    wrapping: given.map((part) => derive(part, 'payload data keys')),
    hashing: derive(all[0] ?? '', 'masking hashes'),
  };
}

/** HKDF-SHA-256 (RFC 5869). */
function derive(secret: string, purpose: string): DerivedKey {
  const key = Buffer.from(hkdfSync('sha256', secret, 'kanon', purpose, 32));
  const id = createHmac('sha256', key).update('id').digest('hex').slice(0, 12);
  return { id, key };
}

/** The secret of the data folder; made where it is missing and wanted. */
function keptSecret(dataDir: string, wanted: boolean): string | null {
  const file = join(dataDir, 'secret');
  const kept = read(file);
  if (kept !== null || !wanted) return kept;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // Written whole and then linked into its place: of two processes that start at once, both end with the same one.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read(file);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
