import { KanonError } from '../canonical/errors.ts';

/** What REDIS_URL says. */
export interface RedisSettings {
  host: string;
  port: number;
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
  /** 0 is the first. */
  database: number;
  /** Stands before every key. */
  prefix: string;
}

const PORT = 6379;
const PREFIX = 'kanon:';

/**
 * Reads `redis[s]://[[user]:password@]host[:port][/database][?prefix=...]`
 * (https://www.iana.org/assignments/uri-schemes/prov/redis). No message holds any of it: there may be a password in it.
 * @throws KanonError that says what is wrong
 */
export function parseRedisUrl(text: string): RedisSettings {
  const url = URL.parse(text);
  if (url === null) throw wrong('is no URL; write redis://host:6379, and characters like @ or / of a password as %40 or %2F.');
  const tls = url.protocol === 'rediss:';
  if (!tls && url.protocol !== 'redis:') throw wrong('begins with another scheme than redis:// or rediss://.');
  if (url.hostname === '') throw wrong('names no host; write redis://host:6379.');
  const [, path = '', ...more] = url.pathname.split('/');
  if (more.length > 0 || !/^\d{0,4}$/.test(path)) throw wrong('has a path that is no number of a database; write redis://host:6379/0.');
  for (const name of url.searchParams.keys()) if (name !== 'prefix') throw wrong('has a parameter that is not known; there is only "prefix".');
  if (url.username !== '' && url.password === '') throw wrong('names a user without a password; a password alone is written redis://:password@host.');
  return {
    // Brackets are of the URL and not of the address.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? PORT : Number(url.port),
    tls,
    username: url.username === '' ? undefined : decoded(url.username),
    password: url.password === '' ? undefined : decoded(url.password),
    database: Number(path),
    prefix: url.searchParams.get('prefix') ?? PREFIX,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('has a % in its user or password that is not followed by two hexadecimal digits; a % itself is written %25.');
  }
}

function wrong(what: string): KanonError {
  return new KanonError('INTERNAL', `REDIS_URL ${what}`);
}
