import type { KeyRow } from '../store/tables.ts';

/** A key that was issued, without the key itself. */
export interface ApiKey {
  id: string;
  /** The first characters after `kn_`. */
  prefix: string;
  app: string;
  user: string | null;
  team: string | null;
  scopes: readonly string[];
  /** Public names of the models that it may ask; null: all. */
  models: readonly string[] | null;
  /** Networks in CIDR notation that it may come from; null: any. */
  networks: readonly string[] | null;
  /** Name of a policy of the config; null: `default`. */
  policy: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** Within a minute. */
  lastUsedAt: Date | null;
}

/** What a new key is given. */
export interface NewKey {
  app: string;
  user?: string | null;
  team?: string | null;
  scopes: readonly string[];
  models?: readonly string[] | null;
  networks?: readonly string[] | null;
  policy?: string | null;
  expiresAt?: Date | null;
}

/** Whether a key can be used now. */
export function stateOf({ revokedAt, expiresAt }: ApiKey): 'valid' | 'revoked' | 'expired' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= Date.now() ? 'expired' : 'valid';
}

export function toKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    prefix: row.prefix,
    app: row.app,
    user: row.user_name,
    team: row.team,
    scopes: texts(row.scopes) ?? [],
    models: texts(row.models),
    networks: texts(row.networks),
    policy: row.policy,
    createdAt: new Date(row.created_at),
    expiresAt: date(row.expires_at),
    revokedAt: date(row.revoked_at),
    lastUsedAt: date(row.last_used_at),
  };
}

export function toKeyRow(id: string, key: NewKey, secret: { prefix: string; hmac: string; pepper: string }): KeyRow {
  return {
    id,
    ...secret,
    app: key.app,
    user_name: key.user ?? null,
    team: key.team ?? null,
    scopes: JSON.stringify(key.scopes),
    models: json(key.models),
    networks: json(key.networks),
    policy: key.policy ?? null,
    created_at: Date.now(),
    expires_at: key.expiresAt?.getTime() ?? null,
    revoked_at: null,
    last_used_at: null,
  };
}

function json(texts: readonly string[] | null | undefined): string | null {
  return texts === null || texts === undefined ? null : JSON.stringify(texts);
}

function texts(json: string | null): string[] | null {
  // Written by `toKeyRow`.
  return json === null ? null : (JSON.parse(json) as string[]);
}

function date(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
