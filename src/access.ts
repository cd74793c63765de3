import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/config.ts';
import type { AuditEntry, Ledger } from './ledger/ledger.ts';
import { loadSecrets } from './ledger/secrets.ts';
import type { Embed } from './policy/guardrails/topics/topics.ts';
import { Policies } from './policy/policies.ts';
import { OPEN, type Authenticator } from './policy/principals/authenticator.ts';
import { Door } from './policy/principals/door.ts';
import { JwtAuthenticator } from './policy/principals/jwt-authenticator.ts';
import { KeyAuthenticator } from './policy/principals/key-authenticator.ts';
import { Refusals } from './policy/refusals.ts';
import type { Log } from './telemetry/log.ts';

export interface AccessOptions {
  config: Config;
  ledger: Ledger;
  dataDir: string;
  secret: string | undefined;
  /** Lets everybody in without a key. */
  dev: boolean;
  /** Turns texts into vectors, for guardrails that go by meaning. */
  embed: Embed;
  /** Told of everybody who is not let in. */
  refused?: () => void;
  log: Log;
}

/** Who may call and what is done to their content: the policies of the config, and the way in. */
export class Access {
  readonly authenticator: Authenticator;
  readonly refusals: Refusals;
  readonly #hashKey: Uint8Array;
  readonly #embed: Embed;
  readonly #log: Log;
  readonly #audit: (entry: AuditEntry) => Promise<void>;
  #config: Config;
  #policies: Policies;
  #tokens: JwtAuthenticator;

  constructor({ config, ledger, dataDir, secret, dev, embed, refused, log }: AccessOptions) {
    this.#embed = embed;
    this.#log = log;
    this.#config = config;
    this.#audit = (entry) => ledger.audit(entry);
    this.#hashKey = loadSecrets(dataDir, secret).hashing.key;
    this.#policies = this.#makePolicies(config);
    this.#tokens = new JwtAuthenticator(config.auth.jwt, this.policies);
    this.refusals = new Refusals(this.#audit, log, ({ action }) => {
      if (action === 'auth.refused') refused?.();
    });
    const keys = new KeyAuthenticator(ledger.keys, this.policies);
    this.authenticator = dev ? OPEN : new Door({ keys, tokens: () => this.#tokens, refusals: this.refusals });
  }

  /** As they are now. */
  readonly policies = (): Policies => this.#policies;

  /** Goes over to the policies and issuers of another config, and tells the audit trail which of them have changed. */
  async reload(config: Config, digest: string): Promise<void> {
    this.#policies = this.#makePolicies(config);
    const before = this.#config;
    this.#config = config;
    this.#tokens = new JwtAuthenticator(config.auth.jwt, this.policies, this.#tokens);
    const names = [...new Set([...before.policies.keys(), ...config.policies.keys()])];
    const policies = names.filter((name) => !isDeepStrictEqual(before.policies.get(name), config.policies.get(name)));
    const issuers = isDeepStrictEqual(before.auth, config.auth) ? 'unchanged' : 'changed';
    const entry = { actor: 'config', action: 'config.reload', subject: digest, detail: { policiesChanged: policies, issuers } };
    await this.#audit(entry).catch((error: unknown) => this.#log.error({ err: error, entry }, 'a reload could not be written into the audit trail'));
  }

  close(): Promise<void> {
    return this.refusals.close();
  }

  #makePolicies(config: Config): Policies {
    return new Policies(config.policies, { hashKey: this.#hashKey }, this.#embed);
  }
}
