import type { Log } from '../telemetry/log.ts';
import type { RedisScript } from './script.ts';
import { parseRedisUrl } from './settings.ts';

/**
 * The Redis that instances share: what is in it may be gone at any time, and whoever uses it must go on without.
 * Every command is answered within about 50 ms or throws RedisUnavailable; while Redis is known to be out of reach it
 * throws at once. Nothing is queued for later. A command that threw may have been carried out all the same.
 */
export interface Redis {
  /** Commands have a chance. */
  readonly isUp: boolean;
  /** Null where there is nothing, or nothing any more. */
  get(key: string): Promise<string | null>;
  /** @param ttlMs milliseconds after which it is gone; a whole number above 0 */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets what is not there yet. @returns whether it was set */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /**
   * Runs a script as one step.
   * @param keys all keys that it touches; the prefix is put before them
   * @returns what the script returned: integers, strings, null, lists of them
   */
  run(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** Tells, whenever Redis has come within reach, of that; it may have forgotten everything. */
  onUp(listener: () => void): void;
  /** Ends the connection; safe to call twice. */
  close(): void;
}

/** Redis is out of reach, too slow or refuses; what was wanted may have been done or not. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}

/**
 * Connects to the Redis of REDIS_URL. One that is out of reach is waited for behind the scenes, after a second: the
 * gateway starts without it.
 * @throws KanonError when the URL cannot be read, or Redis refuses user, password or database
 */
export async function openRedis(url: string, log: Log): Promise<Redis> {
  const settings = parseRedisUrl(url);
  // Only loaded where it is used.
  const { RedisLink } = await import('./link.ts');
  return await RedisLink.open(settings, log);
}
