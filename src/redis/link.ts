import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, ErrorReply } from '@redis/client';
import { KanonError } from '../canonical/errors.ts';
import { Late, withPatience } from '../canonical/patience.ts';
import type { Log } from '../telemetry/log.ts';
import { type Redis, RedisUnavailable } from './redis.ts';
import type { RedisScript } from './script.ts';
import type { RedisSettings } from './settings.ts';

/** Milliseconds that an answer may take. */
const ANSWER_MS = 50;
/** Milliseconds that the start waits for a connection. */
const START_MS = 1_000;
/** Milliseconds that connecting may take. */
const CONNECT_MS = 1_000;
/** Milliseconds between tries to connect: doubled from the first to the last. */
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 500;
/** Milliseconds between signs of life on an idle connection, and without any until it counts as broken. */
const PING_MS = 1_000;
const SILENT_MS = 3_000;

/** What Redis says of itself for a while, and not of the settings. */
const PASSING = /^(LOADING|MASTERDOWN|BUSY|TRYAGAIN|CLUSTERDOWN)/;

type Client = ReturnType<typeof newClient>;

/** One connection, made anew whenever it breaks. It is up from the first answer on until one is late. */
export class RedisLink implements Redis {
  readonly #settings: RedisSettings;
  readonly #log: Log;
  readonly #listeners: (() => void)[] = [];
  /** For who waits for the start. */
  #refused: ((reason: ErrorReply) => void) | null = null;
  #client: Client;
  #madeAt = 0;
  #isUp = false;
  #proving = false;
  #closed = false;
  /** That it is down has been said. */
  #told = false;

  private constructor(settings: RedisSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#client = this.#newClient();
  }

  /** @throws KanonError when Redis refuses user, password or database */
  static async open(settings: RedisSettings, log: Log): Promise<RedisLink> {
    const link = new RedisLink(settings, log);
    const { promise: decided, resolve, reject } = Promise.withResolvers<void>();
    link.onUp(resolve);
    link.#refused = reject;
    const patience = new AbortController();
    try {
      await Promise.race([decided, sleep(START_MS, undefined, { signal: patience.signal })]);
      return link;
    } catch (cause) {
      link.close();
      throw new KanonError('INTERNAL', `REDIS_URL: Redis refuses the connection: ${messageOf(cause)}`, { cause });
    } finally {
      link.#refused = null;
      patience.abort();
    }
  }

  get isUp(): boolean {
    return this.#isUp && this.#client.isReady;
  }

  async get(key: string): Promise<string | null> {
    return await this.#ask((client) => client.get(this.#settings.prefix + key));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#ask((client) => client.set(this.#settings.prefix + key, value, { expiration: { type: 'PX', value: ttlMs } }));
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    const reply = await this.#ask((client) => client.set(this.#settings.prefix + key, value, { condition: 'NX', expiration: { type: 'PX', value: ttlMs } }));
    return reply !== null;
  }

  async delete(key: string): Promise<void> {
    await this.#ask((client) => client.del(this.#settings.prefix + key));
  }

  async run({ sha, source }: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const options = { keys: keys.map((key) => this.#settings.prefix + key), arguments: [...args] };
    return await this.#ask(async (client, asked) => {
      try {
        return await client.evalSha(sha, options);
      } catch (error) {
        if (!(error instanceof ErrorReply && error.message.startsWith('NOSCRIPT')) || asked.late) throw error;
        return await client.eval(source, options);
      }
    });
  }

  onUp(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#isUp = false;
    this.#client.destroy();
  }

  /** @throws RedisUnavailable */
  async #ask<T>(command: (client: Client, asked: { late: boolean }) => Promise<T>): Promise<T> {
    if (!this.isUp) throw new RedisUnavailable('Redis is out of reach.');
    const asked = { late: false };
    try {
      return await withPatience('Redis', ANSWER_MS, command(this.#client, asked));
    } catch (cause) {
      asked.late = true;
      // What is late is answered before a proof is, or the connection breaks.
      if (cause instanceof Late) this.#down(cause);
      if (cause instanceof ErrorReply && cause.message.startsWith('READONLY')) this.#renew();
      throw new RedisUnavailable(messageOf(cause), { cause });
    }
  }

  #newClient(): Client {
    const client = newClient(this.#settings);
    this.#madeAt = performance.now();
    // A server that stands still takes connections all the same: only an answer tells that it is there.
    client.on('ready', () => void this.#prove());
    client.on('error', (error: unknown) => this.#down(error));
    // It goes on trying until it is closed; each failure is an `error` as well.
    client.connect().catch(() => undefined);
    return client;
  }

  /** It has become a replica: behind the same name there is another primary by now, or soon. */
  #renew(): void {
    if (this.#closed || performance.now() - this.#madeAt < LAST_RETRY_MS) return;
    this.#client.destroy();
    this.#client = this.#newClient();
    this.#down(new Error('Redis has become a replica.'));
  }

  #down(reason: unknown): void {
    this.#isUp = false;
    if (this.#closed) return;
    if (reason instanceof ErrorReply && !PASSING.test(reason.message)) this.#refused?.(reason);
    if (!this.#told) this.#log.warn({ reason: messageOf(reason) }, 'Redis is out of reach; each policy says what holds meanwhile');
    this.#told = true;
    void this.#prove();
  }

  /** Up again with the first answer that is not late; where there is no connection, the next one begins with this. */
  async #prove(): Promise<void> {
    if (this.#proving) return;
    this.#proving = true;
    while (!this.#closed && this.#client.isReady && !this.#isUp) {
      const answer = this.#client.ping();
      try {
        await withPatience('Redis', ANSWER_MS, answer);
        this.#up();
      } catch (error) {
        this.#down(error);
        if (!(error instanceof Late || error instanceof ErrorReply)) break;
        // One that is slow must not be up and down by turns.
        await answer.catch(() => undefined);
        await sleep(error instanceof Late ? FIRST_RETRY_MS : LAST_RETRY_MS, undefined, { ref: false });
      }
    }
    this.#proving = false;
  }

  #up(): void {
    if (this.#closed) return;
    this.#isUp = true;
    if (this.#told) this.#log.info('Redis is back');
    this.#told = false;
    for (const listener of this.#listeners) listener();
  }
}

function newClient({ host, port, tls, username, password, database }: RedisSettings) {
  return createClient({
    // Version 2 has all that is needed, and any server speaks it without being asked.
    RESP: 2,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    database,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    pingInterval: PING_MS,
    socket: {
      host,
      port,
      ...(tls ? { tls: true as const } : {}),
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      // Instances that lost it together do not all come back in the same moment.
      reconnectStrategy: (retries: number) => Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries) * (0.5 + Math.random() / 2),
    },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
