import { createSecretKey, type KeyObject } from 'node:crypto';
import { InputError, KanonError } from '../../canonical/errors.ts';
import { uuidv7 } from '../../canonical/ids.ts';
import type { Log } from '../../telemetry/log.ts';
import { toAuditRow } from '../audit.ts';
import type { DerivedKey } from '../secrets.ts';
import type { AskStore } from '../store/ask.ts';
import type { InsertKeyMode } from '../store/keys.ts';
import type { KeyRow } from '../store/tables.ts';
import { type ApiKey, type NewKey, stateOf, toKey, toKeyRow } from './api-key.ts';
import { hmacOf, newKeyText, prefixOf, SeenKeys } from './key-text.ts';

/** Milliseconds after which a change that another process made is seen at the latest. */
const POLL_MS = 500;
/** Milliseconds between two notes of when keys were used. */
const TOUCH_MS = 60_000;
/** A longer text is no key, and not worth an HMAC. */
const LONGEST = 512;
/** The id of the key that KANON_ADMIN_KEY gives. */
const GIVEN_ADMIN = 'admin';

export interface IssuedKey {
  /** The key itself: told once, stored nowhere. */
  key: string;
  record: ApiKey;
}

/** The keys that were issued: found in memory, kept in the store. */
export class Keys {
  readonly #store: AskStore;
  readonly #peppers: readonly { id: string; key: KeyObject }[];
  readonly #log: Log;
  #byHmac = new Map<string, ApiKey>();
  /** Whether a key is valid is asked of the key itself, each time. */
  readonly #seen = new SeenKeys();
  #version = -1;
  #used = new Map<string, number>();
  #timers: NodeJS.Timeout[] = [];
  #pollFailed = false;

  constructor(store: AskStore, peppers: readonly DerivedKey[], log: Log) {
    this.#store = store;
    this.#peppers = peppers.map(({ id, key }) => ({ id, key: createSecretKey(key) }));
    this.#log = log;
  }

  /**
   * Reads all keys.
   * @throws KanonError when there are keys and all were made with another secret
   */
  async load(): Promise<void> {
    const version = await this.#store.ask('keysVersion');
    const rows = await this.#store.ask('listKeys');
    const known = new Set(this.#peppers.map((pepper) => pepper.id));
    const strangers = rows.filter((row) => !known.has(row.pepper));
    if (strangers.length > 0 && strangers.length === rows.length) {
      throw new KanonError('INTERNAL', 'The API keys were made with another secret. Give KANON_SECRET as it was (or `new,old`), or the file `secret` of the data folder.');
    }
    if (strangers.length > 0) {
      this.#log.warn({ prefixes: strangers.slice(0, 20).map((row) => row.prefix) }, 'some API keys were made with a secret that is not given any more, and are refused');
    }
    this.#byHmac = new Map(rows.map((row) => [row.hmac, toKey(row)]));
    this.#version = version;
  }

  /** Keeps the keys up to date until `close`: a change by another process is seen within a second. */
  watch(): void {
    this.#every(POLL_MS, () => this.#poll());
    this.#every(TOUCH_MS, () => this.#touch());
  }

  /** The key that a caller shows; null when it is unknown, revoked or expired. From memory, about 5 us. */
  find(shown: string): ApiKey | null {
    const key = this.recall(shown);
    return key === null || stateOf(key) !== 'valid' ? null : key;
  }

  /** The same, and also a key that is revoked or expired: for whoever writes down why it was refused. */
  recall(shown: string): ApiKey | null {
    if (shown.length === 0 || shown.length > LONGEST) return null;
    const digest = this.#seen.digestOf(shown);
    const seen = this.#byHmac.get(this.#seen.hmacBy(digest) ?? '');
    const key = seen ?? this.#lookUp(shown, digest);
    if (key !== null && stateOf(key) === 'valid') this.#used.set(key.id, Date.now());
    return key;
  }

  #lookUp(shown: string, digest: string): ApiKey | null {
    for (const [index, pepper] of this.#peppers.entries()) {
      const hmac = hmacOf(shown, pepper.key);
      const key = this.#byHmac.get(hmac);
      if (key === undefined) continue;
      if (index === 0) this.#seen.remember(digest, hmac);
      else if (stateOf(key) === 'valid') this.#rehash(key, shown);
      return key;
    }
    return null;
  }

  /** Issues a key. @param actor who does it, for the audit trail */
  async create(key: NewKey, actor: string): Promise<IssuedKey> {
    const text = newKeyText();
    const record = await this.#insert(uuidv7(), text, key, 'new', actor);
    if (record === null) throw new KanonError('INTERNAL', 'The key could not be made.');
    return { key: text, record };
  }

  /** Issues the first key, where there is none at all; else null. Of several instances only one gets it. */
  async createFirst(key: NewKey, actor: string): Promise<IssuedKey | null> {
    const text = newKeyText();
    const record = await this.#insert(uuidv7(), text, key, 'first', actor);
    return record === null ? null : { key: text, record };
  }

  /** Makes a key of the operator's own (KANON_ADMIN_KEY) valid, in the place of the one given before. */
  async give(text: string, key: NewKey, actor: string): Promise<void> {
    await this.#insert(GIVEN_ADMIN, text, key, 'replace', actor);
  }

  /** All keys, the oldest first; also those that are revoked or expired. */
  async list(): Promise<ApiKey[]> {
    const rows = await this.#store.ask('listKeys');
    return rows.map(toKey);
  }

  /**
   * Ends the validity of a key, on every instance within a second.
   * @param name its id or its prefix
   * @throws InputError when no key has that name, or several have
   */
  async revoke(name: string, actor: string): Promise<ApiKey> {
    const named = (await this.list()).filter((key) => key.id === name || key.prefix === name.replace(/^kn_/, ''));
    const [key] = named;
    if (key === undefined) throw new InputError('key', `no key has the id or prefix "${name}".`);
    if (named.length > 1) throw new InputError('key', `several keys begin with "${name}"; use the id.`);
    const audit = toAuditRow({ actor, action: 'key.revoke', subject: key.id, detail: { prefix: key.prefix, app: key.app } });
    const at = Date.now();
    await this.#store.ask('revokeKey', key.id, at, audit);
    await this.load();
    return { ...key, revokedAt: key.revokedAt ?? new Date(at) };
  }

  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await this.#touch();
  }

  async #insert(id: string, text: string, key: NewKey, mode: InsertKeyMode, actor: string): Promise<ApiKey | null> {
    const [pepper] = this.#peppers;
    if (pepper === undefined) throw new KanonError('INTERNAL', 'There is no secret to keep keys with.');
    const row: KeyRow = toKeyRow(id, key, { prefix: prefixOf(text), hmac: hmacOf(text, pepper.key), pepper: pepper.id });
    const { models = null, networks = null } = key;
    const detail = { prefix: row.prefix, app: row.app, scopes: [...key.scopes], policy: row.policy, models: models === null ? null : [...models], networks: networks === null ? null : [...networks] };
    const made = await this.#store.ask('insertKey', row, mode, toAuditRow({ actor, action: 'key.create', subject: id, detail }));
    if (!made) return null;
    await this.load();
    return toKey(row);
  }

  #every(ms: number, work: () => Promise<void>): void {
    let running = false;
    const timer = setInterval(() => {
      if (running) return;
      running = true;
      void work().finally(() => {
        running = false;
      });
    }, ms);
    timer.unref();
    this.#timers.push(timer);
  }

  async #poll(): Promise<void> {
    try {
      if ((await this.#store.ask('keysVersion')) !== this.#version) await this.load();
      if (this.#pollFailed) this.#log.info('API keys are up to date again');
      this.#pollFailed = false;
    } catch (error) {
      // What is in memory stays valid; said once, not twice a second.
      if (!this.#pollFailed) this.#log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'API keys cannot be refreshed');
      this.#pollFailed = true;
    }
  }

  async #touch(): Promise<void> {
    const used = [...this.#used];
    this.#used = new Map();
    try {
      await this.#store.ask('touchKeys', used);
    } catch (error) {
      this.#log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the use of API keys could not be noted');
    }
  }

  #rehash(key: ApiKey, shown: string): void {
    const [pepper] = this.#peppers;
    if (pepper === undefined) return;
    const hmac = hmacOf(shown, pepper.key);
    // In memory at once, so that it is done once.
    this.#byHmac.set(hmac, key);
    this.#store.ask('rehashKey', key.id, hmac, pepper.id).catch((error: unknown) => {
      this.#log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'an API key could not be put under the new secret');
    });
  }
}
